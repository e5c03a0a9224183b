import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@crm/contracts';
import { createPool, newId } from '@crm/event-sourcing';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../src/api-client.js';
import { definitions } from '../src/embedded/embedded-stack.js';
import type { CheckResult } from '../src/verify/check.js';
import { verify } from '../src/verify/invariants.js';
import { databasesIn } from '../src/verify/stack-file.js';

const CANARY = 'Wilhelmina Canaryworth';

describe('services that run by themselves', () => {
  let folder: string;
  let services: TestServices;
  let client: ApiClient;
  let databases: ReadonlyMap<ServiceName, string>;
  let acknowledged: object;

  const fileWith = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const check = (files: Partial<Parameters<typeof verify>[0]> = {}) =>
    verify({ databases, client, quietWithinMs: 20_000, ...files });
  const broken = (results: readonly CheckResult[]) =>
    results.filter(({ breaches }) => breaches.length > 0).map(({ invariant, breaches }) => [invariant, ...breaches]);
  const within = async (service: ServiceName, sql: string, values: unknown[] = []): Promise<void> => {
    const pool = createPool({ url: services.databaseUrl(service), max: 1 });
    await pool.query(sql, values);
    await pool.end();
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-verify-'));
    services = await startTestServices(definitions);
    client = new ApiClient(services.url, (role) => services.token(role));
    const urls = Object.fromEntries(definitions.map(({ name }) => [name, services.databaseUrl(name)]));
    databases = await databasesIn(await fileWith('databases.json', JSON.stringify(urls)));
    const person = { partyRef: 'shop:1', kind: 'person', name: { full: CANARY } };
    const { id } = await client.post<{ id: string }>('/v1/parties', person, newId());
    const total = { amountMinor: 4_200, currency: 'USD' };
    await client.post(
      '/v1/orders',
      { orderRef: 'a-1', partyId: id, orderedAt: '2026-01-05T10:00:00Z', total },
      newId(),
    );
    acknowledged = { service: 'customer-information', id, version: 1 };
  });
  afterAll(async () => {
    await services.stop();
    await rm(folder, { recursive: true });
  });

  it('are checked in their databases while they run', async () => {
    const results = await check({
      acks: await fileWith('acks.ndjson', `${JSON.stringify(acknowledged)}\n`),
      canaries: await fileWith('absent.txt', 'nobody has this value\n'),
    });
    expect(broken(results)).toEqual([]);
    expect(results.map(({ invariant }) => invariant)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(results.map(({ counted }) => /^[1-9]/.test(counted))).toEqual([
      ...[true, true, true, true, false, true, false, true, true, true],
    ]);
  });

  it('are found out when an acknowledged command is missing', async () => {
    const lost = { service: 'sales', id: newId(), version: 1 };
    const results = await check({ acks: await fileWith('lost.ndjson', `${JSON.stringify(lost)}\n`) });
    expect(broken(results)).toEqual([[1, `sales ${lost.id} version 1`]]);
  });

  it('are found out when a read model differs from its events', async () => {
    await within('sales', `UPDATE rm.orders SET amount_minor = amount_minor + 1`);
    expect(broken(await check())).toEqual([[6, 'sales orders: 1 rows only live, 1 only rebuilt']]);
    await within('sales', `UPDATE rm.orders SET amount_minor = amount_minor - 1`);
  });

  it('are found out when somebody was given up, or follows what is no more', async () => {
    await within(
      'marketing',
      `INSERT INTO bus.parked_key (consumer, source, key) VALUES ('some-consumer', 'sales', 'key')`,
    );
    await within(
      'sales',
      `INSERT INTO jobs.intent (job_id, name, payload, context, due_at, state)
      VALUES ('lost', 'some-job', '{}', '{}', now(), 'failed')`,
    );
    await within('service', `UPDATE bus.cursor SET incarnation = 'lost' WHERE consumer = 'erase-parties' AND lane = 3`);
    const results = await check({ quietWithinMs: 1_000 });
    expect(broken(results)).toEqual([
      [4, 'service erase-parties customer-information lane 3: follows a log that customer-information has no more'],
      [
        9,
        'marketing some-consumer: 1 parked keys, 0 dead letters, 0 waiting',
        'sales some-job: 1 jobs given up',
        'service erase-parties: customer-information was restored',
      ],
    ]);
  });

  it('are found out when a value is left in a table or in one of the folders named', async () => {
    const logs = await mkdtemp(join(folder, 'logs-'));
    await writeFile(join(logs, 'service.log'), `registered ${CANARY}`);
    await within(
      'analytics',
      `INSERT INTO jobs.intent (job_id, name, payload, context, due_at, state)
      VALUES ('left', 'left', jsonb_build_object('name', $1::text), '{}', now(), 'done')`,
      [CANARY],
    );
    const results = await check({
      quietWithinMs: 1_000,
      canaries: await fileWith('canaries.txt', `${CANARY}\n`),
      folders: [logs, join(folder, 'nowhere')],
    });
    expect(results.at(-1)?.breaches).toEqual([
      'analytics jobs.intent: canary 1',
      `${join(logs, 'service.log')}: canary 1`,
    ]);
  });
});

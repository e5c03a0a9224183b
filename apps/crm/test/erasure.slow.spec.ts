import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '@crm/embedded-postgres';
import { until } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../src/api-client.js';
import { startStack, type Stack } from '../src/embedded/embedded-stack.js';
import { mintFor } from '../src/target.js';
import { verify } from '../src/verify/invariants.js';

const CANARIES = {
  name: 'Wilhelmina Canaryworth',
  email: 'w.canaryworth@example.org',
  phone: '+8210555000777',
  street: '17 Featherstone Close',
  subject: 'Parrot of Canaryworth escaped through the window',
  note: 'prefers to be called in the evening by her niece Petronella',
};

const PARTY_REF = 'erasure:1';

interface Receipt {
  readonly status: string;
  readonly services: readonly { readonly service: string }[];
}

describe('erasing a party', () => {
  let dataDir: string;
  let stack: Stack;
  let client: ApiClient;
  let partyId: string;
  let before: unknown;

  const totals = (): Promise<{ total: number; items: { occasions: number }[] }> =>
    client.get('/v1/customers/features?count=true&limit=200');

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'crm-erase-')), 'data');
    stack = await startStack({ dataDir, port: 0 });
    client = new ApiClient(stack.url, mintFor(stack.issuer));
    const { id } = await client.post<{ id: string }>('/v1/parties', {
      partyRef: PARTY_REF,
      kind: 'person',
      name: { full: CANARIES.name },
      birthDate: '1948-02-29',
      contactPoints: [
        { kind: 'email', value: CANARIES.email, primary: true },
        { kind: 'phone', value: CANARIES.phone },
        { kind: 'postal', value: CANARIES.street },
      ],
      consents: [{ purpose: 'marketing', channel: 'any', state: 'granted' }],
    });
    partyId = id;
    const call = {
      contactId: 'erasure-call',
      channel: 'call',
      direction: 'inbound',
      at: '2026-01-10T10:00:00Z',
      from: CANARIES.phone,
    };
    await client.post('/v1/contact-events/batch', {
      source: 'pbx',
      events: [
        { ...call, vendorEventId: '1', sequence: 1, kind: 'offered' },
        { ...call, vendorEventId: '2', sequence: 2, kind: 'answered', partyRef: PARTY_REF },
        { ...call, vendorEventId: '3', sequence: 3, kind: 'ended' },
      ],
    });
    const total = { amountMinor: 4_200, currency: 'USD' };
    await client.post('/v1/orders', { orderRef: 'erasure-1', partyId, orderedAt: '2026-01-05T10:00:00Z', total });
    await client.post('/v1/orders', { orderRef: 'erasure-2', partyId, orderedAt: '2026-02-05T10:00:00Z', total });
    await client.post('/v1/cases', {
      kind: 'trouble',
      subject: CANARIES.subject,
      description: CANARIES.note,
      partyId,
      priority: 'high',
      channel: 'call',
    });
    before = await until(async () => {
      const now = await totals();
      return now.total === 1 && now.items[0]?.occasions === 2 ? now : undefined;
    });
  });
  afterAll(async () => {
    await stack.stop();
    await removeEmbeddedPostgres(dataDir);
  });

  it('can be found by what is about to be forgotten', async () => {
    const found = (): Promise<{ items: unknown[] }> =>
      client.get(`/v1/parties?email=${encodeURIComponent(CANARIES.email)}`);
    await until(async () => (await found()).items.length === 1);
  });

  it('ends with a receipt from all five services', async () => {
    const { id } = await client.post<{ id: string }>(`/v1/parties/${partyId}/erase`);
    const read = (): Promise<Receipt> => client.get<Receipt>(`/v1/erasures/${id}`);
    await until(async () => (await read()).status === 'done');
    expect((await read()).services.map(({ service }) => service).sort()).toEqual([
      'analytics',
      'customer-information',
      'marketing',
      'sales',
      'service',
    ]);
  });

  it.each([
    [
      'an order',
      '/v1/orders',
      { orderRef: 'erasure-3', orderedAt: '2026-03-05T10:00:00Z', total: { amountMinor: 1, currency: 'USD' } },
    ],
    ['a case', '/v1/cases', { kind: 'query', subject: 'late', priority: 'low', channel: 'web' }],
    [
      'a response',
      '/v1/responses',
      { responseRef: 'late-1', kind: 'clicked', at: '2026-03-05T10:00:00Z', channel: 'email' },
    ],
    ['a lead', '/v1/leads', { source: 'web' }],
  ])('refuses %s that comes later', async (_, path, body) => {
    await expect(client.post(path, { ...body, partyId })).rejects.toMatchObject({
      status: 410,
      problem: { code: 'party-erased' },
    });
  });

  it('shows nothing of the party in a call whose caller was known only during it', async () => {
    const shown = async (): Promise<string> => JSON.stringify(await client.get('/v1/interactions/pbx/erasure-call'));
    await until(async () => !(await shown()).includes(CANARIES.phone));
  });

  it('finds the party by nothing any more, and leaves the totals as they were', async () => {
    const { items } = await client.get<{ items: unknown[] }>(`/v1/parties?email=${encodeURIComponent(CANARIES.email)}`);
    expect(items).toEqual([]);
    expect(await totals()).toEqual(before);
  });

  it('leaves its values in no table, file, WAL segment, job, log or dead letter, and every read model can be rebuilt', async () => {
    await stack.stop();
    const canaries = `${dataDir}.canaries`;
    await writeFile(canaries, Object.values(CANARIES).join('\n'));
    const results = await verify({ dataDir, canaries });
    expect(results.flatMap(({ name, breaches }) => breaches.map((breach) => `${name}: ${breach}`))).toEqual([]);
  });
});

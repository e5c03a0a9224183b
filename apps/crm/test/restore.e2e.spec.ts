import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { customerInformationService } from '@crm/customer-information';
import { InMemoryEventLog } from '@crm/event-sourcing';
import { LogFeed, type Feed } from '@crm/messaging';
import {
  backUp,
  createLogger,
  ErasuresUnknown,
  openAtRest,
  reapplyErasures,
  restore,
  type Manifest,
  type ServiceAtRest,
  type ServiceDefinition,
} from '@crm/platform';
import { developmentKeys, isSealed } from '@crm/privacy';
import { salesService } from '@crm/sales';
import { createTestDatabase, startTestServices, until, type TestDatabase, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Person {
  readonly name: string;
  readonly email: string;
  readonly interest: string;
}

const ERASED: Person = {
  name: 'Wilhelmina Canaryworth',
  email: 'w.canaryworth@example.org',
  interest: 'a cage for two parrots',
};
const OTHER: Person = { name: 'Ignatz Bystander', email: 'ignatz@example.org', interest: 'one bicycle bell' };
const RESTORED: readonly ServiceDefinition[] = [customerInformationService, salesService];

const settingsOf = (name: ServiceName, databaseUrl: string) => ({
  databaseUrl,
  keys: developmentKeys(name),
  logger: createLogger({ service: name, level: 'silent' }),
});
const quiet = (name: ServiceName): Feed => new LogFeed(name, new InMemoryEventLog());

/** Everything in a service's events that can still be opened. */
async function readable({ context }: ServiceAtRest): Promise<string> {
  const { rows } = await context.pool.query<{ data: object }>('SELECT data FROM es.event');
  const sealed = rows.flatMap(({ data }) => Object.values(data).filter(isSealed));
  return JSON.stringify(await context.vault.openAll(sealed));
}

describe('services that are restored from a backup of before an erasure', () => {
  let folder: string;
  let lived: TestServices;
  let restored: TestServices;
  const databases = new Map<ServiceName, TestDatabase>();
  const backups = new Map<ServiceName, Manifest>();
  const ids = new Map<Person, string>();
  let erasureId: string;

  const register = async (services: TestServices, { name, email }: Person) =>
    services.send('agent', 'POST', '/v1/parties', {
      partyRef: `shop:${email}`,
      kind: 'person',
      name: { full: name },
      contactPoints: [{ kind: 'email', value: email, primary: true }],
    });
  const openLead = (services: TestServices, person: Person) =>
    services.send('sales', 'POST', '/v1/leads', {
      partyId: ids.get(person),
      source: 'web-form',
      interest: person.interest,
    });
  const restoreInto = async ({ name, migrations }: ServiceDefinition): Promise<TestDatabase> => {
    const database = await createTestDatabase();
    databases.set(name, database);
    await restore({ databaseUrl: database.url, service: name, from: join(folder, name), migrations });
    return database;
  };
  const atRest = (definition: ServiceDefinition, url: string): ServiceAtRest =>
    openAtRest(definition, settingsOf(definition.name, url));
  const reapply = (definition: ServiceDefinition, feeds: readonly Feed[]) =>
    reapplyErasures({
      definition,
      ...settingsOf(definition.name, databases.get(definition.name)?.url ?? ''),
      feeds,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-restore-'));
    lived = await startTestServices(RESTORED);
    for (const person of [ERASED, OTHER]) {
      ids.set(person, (await register(lived, person)).body.id as string);
      expect((await openLead(lived, person)).status).toBe(201);
    }
    await lived.settled();
    for (const { name, migrations } of RESTORED) {
      const databaseUrl = lived.databaseUrl(name);
      backups.set(name, await backUp({ databaseUrl, service: name, migrations, to: join(folder, name) }));
    }
    const erasure = await lived.send('admin', 'POST', `/v1/parties/${ids.get(ERASED) ?? ''}/erase`);
    erasureId = erasure.body.id as string;
    await lived.settled();
  });
  afterAll(async () => {
    await restored.stop();
    await lived.stop();
    for (const database of databases.values()) await database.drop();
    await rm(folder, { recursive: true });
  });

  it('hold what was erased until the erasures are re-applied, and do not start before that', async () => {
    for (const definition of RESTORED) {
      const { url } = await restoreInto(definition);
      const service = atRest(definition, url);
      expect(await readable(service)).toContain(definition === salesService ? ERASED.interest : ERASED.name);
      await service.close();
    }
    await expect(startTestServices(RESTORED, { databases })).rejects.toThrow(
      'crm restore customer-information --resume',
    );
  });

  it('stay closed as long as one cannot be asked who was erased', async () => {
    await expect(reapply(salesService, [])).rejects.toThrow(ErasuresUnknown);
    const gone = atRest(customerInformationService, 'postgres://postgres@127.0.0.1:1/nowhere');
    await expect(reapply(salesService, [gone.publicFeed])).rejects.toThrow('sales stays closed');
    await gone.close();
    await expect(startTestServices([salesService], { databases })).rejects.toThrow('crm restore sales --resume');
  });

  it('learn from each other who was erased, as often as they ask', async () => {
    const sales = atRest(salesService, lived.databaseUrl('sales'));
    const others = SERVICES.filter((name) => name !== 'customer-information' && name !== 'sales').map(quiet);
    const asked = [sales.publicFeed, ...others];
    expect(await reapply(customerInformationService, asked)).toEqual({ erased: 1 });
    expect(await reapply(customerInformationService, asked)).toEqual({ erased: 1 });
    await sales.close();
    // The restored one is asked, which learnt it from sales.
    const parties = atRest(customerInformationService, databases.get('customer-information')?.url ?? '');
    expect(await reapply(salesService, [parties.publicFeed])).toEqual({ erased: 1 });
    expect(await reapply(salesService, [parties.publicFeed])).toEqual({ erased: 1 });
    await parties.close();
  });

  it('then open nothing of the erased party any more, and all of the other', async () => {
    const canaries = { 'customer-information': ['name', 'email'], sales: ['interest'] } as const;
    for (const definition of RESTORED) {
      const service = atRest(definition, databases.get(definition.name)?.url ?? '');
      const text = await readable(service);
      for (const field of canaries[definition.name as keyof typeof canaries]) {
        expect(text).not.toContain(ERASED[field]);
        expect(text).toContain(OTHER[field]);
      }
      const { rows } = await service.context.pool.query<{ wrapped: unknown }>(
        'SELECT wrapped FROM pii.subject_key WHERE subject_id = $1',
        [ids.get(ERASED)],
      );
      expect(rows).toEqual([{ wrapped: null }]);
      await service.close();
    }
  });

  it('hold the events of the backup, and after them only what the erasure added', async () => {
    for (const [definition, added] of [
      [customerInformationService, 3],
      [salesService, 1],
    ] as const) {
      const service = atRest(definition, databases.get(definition.name)?.url ?? '');
      const [first, second, ...more] = await service.context.store.log.incarnations();
      const backup = backups.get(definition.name);
      expect([first?.incarnation, second?.predecessor, more]).toEqual([backup?.incarnation, backup?.incarnation, []]);
      expect(second?.heads.map(String)).toEqual(backup?.heads);
      expect(await service.publicFeed.incarnation()).toBe(second?.incarnation);
      const total = (positions: readonly bigint[] = []): bigint => positions.reduce((sum, one) => sum + one, 0n);
      expect(total(await service.context.store.log.heads()) - total(second?.heads)).toBe(BigInt(added));
      await service.close();
    }
  });

  it('refuse what comes for the erased party, serve the other, and know the erasure under its id', async () => {
    restored = await startTestServices(RESTORED, { databases });
    for (const refused of [await register(restored, ERASED), await openLead(restored, ERASED)])
      expect([refused.status, refused.body.code]).toEqual([410, 'party-erased']);
    const other = await restored.send('agent', 'GET', `/v1/parties/${ids.get(OTHER) ?? ''}`);
    expect([other.status, other.body.name]).toEqual([200, { full: OTHER.name }]);
    expect((await openLead(restored, OTHER)).status).toBe(201);
    const receipt = await restored.send('admin', 'GET', `/v1/erasures/${erasureId}`);
    expect([receipt.status, receipt.body.partyId]).toEqual([200, ids.get(ERASED)]);
  });

  it('do not follow a restored service by themselves, but go on with their own events', async () => {
    const following = async (source: string) => {
      const status = await restored.service('sales').runner.status();
      return status.filter((one) => one.sources.some((each) => each.source === source));
    };
    await until(async () =>
      (await following('customer-information')).some(({ state }) => state === 'incarnation-changed'),
    );
    const own = (await following('sales')).filter(({ sources }) => sources.length === 1);
    expect(own.map(({ state }) => state)).not.toContain('incarnation-changed');
  });
});

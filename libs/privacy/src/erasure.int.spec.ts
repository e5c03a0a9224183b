import {
  EVENT_STORE_SCHEMA,
  EventStore,
  newId,
  PostgresEventLog,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { developmentKeys } from './development-keys.js';
import { eraseSubjects, type Destroyed, type ErasureContributor } from './erasure.js';
import { PostgresKeyRing } from './postgres-key-ring.js';
import { PRIVACY_SCHEMA } from './schema.js';
import { isSealed } from './sealed-value.js';
import { Vault } from './vault.js';

type Renamed = DomainEvent<'Renamed', { readonly fullName: string | null }>;
interface Person {
  readonly fullName: string | null;
}
const person: Aggregate<Person, Renamed> = {
  category: 'person',
  initial: { fullName: null },
  evolve: (_, event) => ({ fullName: event.data.fullName }),
  stateVersion: 1,
  personal: { Renamed: ['fullName'] },
};
const rename = (fullName: string) => (): readonly Renamed[] => [{ type: 'Renamed', data: { fullName } }];

const DIRECTORY = 'CREATE TABLE directory (subject_id uuid, token text)';
const directory: ErasureContributor = {
  name: 'directory',
  erase: async (tx, subjectId) =>
    (await tx.query('DELETE FROM directory WHERE subject_id = $1', [subjectId])).rowCount ?? 0,
};
const letters: ErasureContributor = { name: 'dead letters', kind: 'deadLetters', erase: () => Promise.resolve(0) };

describe('erasing a person from a service', () => {
  let database: TestDatabase;
  let log: PostgresEventLog;
  let keyRing: PostgresKeyRing;
  let vault: Vault;
  let store: EventStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`${EVENT_STORE_SCHEMA}; ${PRIVACY_SCHEMA}; ${DIRECTORY}`);
    log = new PostgresEventLog(database.pool);
    keyRing = new PostgresKeyRing(database.pool, developmentKeys('privacy').keks);
    vault = new Vault(keyRing);
    store = new EventStore(log, { codec: vault });
  });
  afterAll(() => database.drop());

  const erase = (
    ids: readonly string[],
    contributors: readonly ErasureContributor[] = [directory, letters],
  ): Promise<Destroyed> => eraseSubjects({ ids, log, keyRing, contributors, pool: database.pool });

  const remember = async (id: string): Promise<void> => {
    await store.transact(person, id, rename('Ada'));
    await database.pool.query(`INSERT INTO directory VALUES ($1, 'a'), ($1, 'ad')`, [id]);
  };

  it('destroys the key, the snapshots and every other place of all linked ids, and says how much that was', async () => {
    const [party, linked, other] = [newId(), newId(), newId()];
    await Promise.all([remember(party), remember(linked), remember(other)]);
    await log.saveSnapshot({
      streamId: party,
      key: party,
      stateVersion: 1,
      version: 1,
      state: { state: { fullName: null } },
    });

    expect(await erase([party, linked])).toEqual({ keys: 2, snapshots: 1, rows: 4, deadLetters: 0, jobs: 0 });

    const { rows } = await database.pool.query<{ subject_id: string }>('SELECT DISTINCT subject_id FROM directory');
    expect(rows).toEqual([{ subject_id: other }]);
    expect((await store.read(person, party)).state.fullName).toBeNull();
    expect((await store.read(person, other)).state.fullName).toBe('Ada');
    await expect(store.transact(person, party, rename('Ada'))).rejects.toMatchObject({ code: 'party-erased' });
  });

  it('answers the same when it is repeated', async () => {
    const party = newId();
    await remember(party);
    const first = await erase([party]);
    expect(await erase([party])).toEqual(first);
  });

  it('refuses a person of whom nothing was known yet', async () => {
    const party = newId();
    expect(await erase([party])).toEqual({ keys: 0, snapshots: 0, rows: 0, deadLetters: 0, jobs: 0 });
    await expect(store.transact(person, party, rename('Ada'))).rejects.toMatchObject({ code: 'party-erased' });
  });

  it('goes on after a crash, and its receipt covers both attempts', async () => {
    const [party, linked] = [newId(), newId()];
    await Promise.all([remember(party), remember(linked)]);
    const crash: ErasureContributor = {
      name: 'crash',
      erase: (_, id) => (id === linked ? Promise.reject(new Error('power cut')) : Promise.resolve(0)),
    };
    await expect(erase([party, linked], [directory, crash])).rejects.toThrow('power cut');
    expect(await erase([party, linked])).toEqual({ keys: 2, snapshots: 0, rows: 4, deadLetters: 0, jobs: 0 });
  });

  it('lets no command in flight store anything that opens, or anything at all afterwards', async () => {
    const party = newId();
    await remember(party);
    const commands = Array.from({ length: 200 }, (_, number) =>
      store.transact(person, party, rename(`Ada ${String(number)}`), { commandId: newId() }).then(
        () => 'stored' as const,
        (error: unknown) => (error as { code?: string }).code ?? (error as Error).name,
      ),
    );
    await erase([party]);
    const version = (await log.readStream(party, 0)).length;
    const outcomes = new Set(await Promise.all(commands));

    for (const outcome of outcomes) expect(['stored', 'party-erased', 'ConcurrencyConflict']).toContain(outcome);
    const events = await log.readStream(party, 0);
    expect(events).toHaveLength(version);
    for (const event of events) {
      const { fullName } = event.data as { fullName: string };
      expect(isSealed(fullName)).toBe(true);
      expect(await vault.openValue(fullName)).toBeNull();
    }
    const { rows } = await database.pool.query('SELECT FROM es.snapshot WHERE key = $1', [party]);
    expect(rows).toHaveLength(0);
  });
});

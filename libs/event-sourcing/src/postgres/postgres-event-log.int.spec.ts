import { createTestDatabase, eventStoreFeatures, parcelAggregate, sendParcel, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandIdReused } from '../errors.js';
import { EventStore } from '../event-store.js';
import { newId } from '../ids.js';
import { beginIncarnation, INCARNATION_SCHEMA } from './incarnations.js';
import { createPool } from './pool.js';
import { PostgresEventLog } from './postgres-event-log.js';
import { EVENT_STORE_SCHEMA } from './schema.js';

eventStoreFeatures('PostgreSQL', async () => {
  const database = await createTestDatabase();
  await database.pool.query(EVENT_STORE_SCHEMA + INCARNATION_SCHEMA);
  const pool = createPool({ url: database.url });
  return {
    log: new PostgresEventLog(pool),
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
});

describe('the event store on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(EVENT_STORE_SCHEMA + INCARNATION_SCHEMA);
  });
  afterAll(() => database.drop());

  it('refuses to change or delete what happened', async () => {
    const store = new EventStore(new PostgresEventLog(database.pool));
    await store.transact(parcelAggregate, newId(), sendParcel('Busan'));
    for (const statement of [`UPDATE es.event SET type = 'x'`, 'DELETE FROM es.event', 'TRUNCATE es.event'])
      await expect(database.pool.query(statement)).rejects.toThrow('events are facts');
  });

  it('keeps positions gapless when two instances append to the same lanes', async () => {
    const stores = [1, 2].map(() => new EventStore(new PostgresEventLog(createPoolOf(database))));
    await Promise.all(
      Array.from({ length: 400 }, async (_, index) =>
        stores[index % 2]?.transact(parcelAggregate, newId(), sendParcel('Busan')),
      ),
    );
    const { rows } = await database.pool.query(
      'SELECT lane, count(*) AS events, max(position) AS head FROM es.event GROUP BY lane',
    );
    for (const row of rows as { events: bigint; head: bigint }[]) expect(row.events).toBe(row.head);
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it('begins a new incarnation at its heads, and remembers the ones before', async () => {
    const log = new PostgresEventLog(database.pool);
    const first = await log.incarnation();
    await new EventStore(log).transact(parcelAggregate, newId(), sendParcel('Busan'));
    const heads = await log.heads();
    const second = await beginIncarnation(database.pool);
    const third = await beginIncarnation(database.pool);
    expect(await log.incarnation()).toBe(third);
    const history = await log.incarnations();
    expect(history.map(({ incarnation, predecessor }) => [incarnation, predecessor])).toEqual([
      [first, null],
      [second, first],
      [third, second],
    ]);
    expect(history.map((life) => life.heads)).toEqual([heads.map(() => 0n), heads, heads]);
  });

  it('tells a command id that two instances use on two streams at once', async () => {
    const stores = [1, 2].map(() => new EventStore(new PostgresEventLog(createPoolOf(database))));
    const commandId = newId();
    const answers = await Promise.allSettled(
      stores.map((store, index) =>
        store.transact(parcelAggregate, newId(), sendParcel('Busan'), {
          commandId,
          fingerprint: `content ${String(index)}`,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(CommandIdReused);
  });

  it('answers what was stored when the connection is cut under an append', async () => {
    const pool = createPoolOf(database);
    const store = new EventStore(new PostgresEventLog(pool));
    const parcels = Array.from({ length: 300 }, () => newId());
    const appends = Promise.all(parcels.map((parcel) => store.transact(parcelAggregate, parcel, sendParcel('Busan'))));
    for (let cut = 0; cut < 5; cut++)
      await database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    const answers = await appends;
    expect(answers.every((answer) => answer.version === 1)).toBe(true);
    const { rows } = await database.pool.query('SELECT count(*) AS n FROM es.event WHERE stream_id = ANY($1)', [
      parcels,
    ]);
    expect(Number((rows as { n: bigint }[])[0]?.n)).toBe(300);
    await pool.end();
  });
});

const pools: ReturnType<typeof createPool>[] = [];
function createPoolOf(database: TestDatabase): ReturnType<typeof createPool> {
  const pool = createPool({ url: database.url });
  pools.push(pool);
  return pool;
}

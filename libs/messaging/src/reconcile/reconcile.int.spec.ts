import {
  EVENT_STORE_SCHEMA,
  EventStore,
  INCARNATION_SCHEMA,
  PostgresEventLog,
  beginIncarnation,
  newId,
} from '@crm/event-sourcing';
import {
  createTestDatabase,
  parcelAggregate,
  scanParcel,
  sendParcel,
  until,
  type ParcelEvent,
  type TestDatabase,
} from '@crm/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BUS_SCHEMA } from '../bus-schema.js';
import type { Projection, Reactor } from '../consumer.js';
import { ConsumerRunner } from '../consumer-runner.js';
import { NeedsMore } from '../errors.js';
import { fromStart, type Feed } from '../feed.js';
import type { FeedEvent } from '../feed-event.js';
import { FeedTransport } from '../feed-transport.js';
import { LogFeed } from '../log-feed.js';
import { rebuildProjection } from '../rebuild/rebuild-projection.js';
import { planReconciliation, reconcile, type ReconcileOptions } from './reconcile.js';

const STORE = EVENT_STORE_SCHEMA + INCARNATION_SCHEMA;
const BACK_UP = `CREATE TABLE backup_event AS SELECT * FROM es.event; CREATE TABLE backup_command AS SELECT * FROM es.command_log`;
const RESTORE = `ALTER TABLE es.event DISABLE TRIGGER USER;
  TRUNCATE es.event, es.command_log;
  INSERT INTO es.event SELECT * FROM backup_event; INSERT INTO es.command_log SELECT * FROM backup_command;
  ALTER TABLE es.event ENABLE TRIGGER USER; DROP TABLE backup_event, backup_command`;

const scans: Projection<ParcelEvent> = {
  name: 'scans',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['scan'],
  apply: async (tx, events) => {
    await tx.query('INSERT INTO scan SELECT * FROM unnest($1::text[], $2::text[])', [
      events.map((event) => event.eventId),
      events.map((event) => (event.type === 'ParcelScanned' ? event.data.depot : '')),
    ]);
  },
};

describe('a service whose source came back from a backup', () => {
  let sourceDatabase: TestDatabase;
  let database: TestDatabase;
  let source: EventStore;
  let own: EventStore;
  let feed: LogFeed;
  let ownFeed: LogFeed;
  let runners: ConsumerRunner[];
  beforeEach(async () => {
    [sourceDatabase, database] = [await createTestDatabase(), await createTestDatabase()];
    await sourceDatabase.pool.query(STORE);
    await database.pool.query(STORE + BUS_SCHEMA + 'CREATE TABLE rm.scan (event_id text PRIMARY KEY, depot text)');
    source = new EventStore(new PostgresEventLog(sourceDatabase.pool));
    own = new EventStore(new PostgresEventLog(database.pool));
    feed = new LogFeed('parcels', source.log);
    ownFeed = new LogFeed('reader', own.log);
    runners = [];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await Promise.all([sourceDatabase.drop(), database.drop()]);
  });

  /** Sends on what is sent, and scans what it has sent on: the second is caused by the first. */
  const forward = (): Reactor<ParcelEvent> => ({
    name: 'forward',
    sources: [{ service: 'parcels', types: ['ParcelSent'] }],
    react: async (event, reaction) => {
      const commandId = reaction.commandId('forward', event.streamId);
      await own.transact(parcelAggregate, event.streamId, sendParcel('Jeju'), { commandId });
    },
  });
  const scanOwn = (): Reactor<ParcelEvent> => ({
    name: 'scan-own',
    sources: [{ service: 'reader', types: ['ParcelSent'] }],
    react: async (event, reaction) => {
      const commandId = reaction.commandId('scan', event.streamId);
      await own.transact(parcelAggregate, event.streamId, scanParcel('Mokpo'), { commandId });
    },
  });

  const run = async (reactors: readonly Reactor<ParcelEvent>[], projections = [scans]): Promise<ConsumerRunner> => {
    const transport = new FeedTransport([feed, ownFeed]);
    const sources = [feed, ownFeed].map((of: Feed) => ({ feed: of, transport }));
    const consumers = { projections, reactors: reactors as readonly Reactor[] };
    const runner = new ConsumerRunner({ service: 'reader', pool: database.pool, sources, ...consumers });
    runners.push(runner);
    await runner.start();
    return runner;
  };
  const options = (reactors: readonly Reactor<ParcelEvent>[], lost?: ReconcileOptions['lost']): ReconcileOptions => ({
    pool: database.pool,
    source: feed,
    feeds: [feed, ownFeed],
    projections: [scans],
    reactors,
    ...(lost === undefined ? {} : { lost }),
  });
  const record = (count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const id = newId();
        await source.transact(parcelAggregate, id, sendParcel('Busan'));
        await source.transact(parcelAggregate, id, scanParcel('Daegu'));
        return id;
      }),
    );
  const backUp = (): Promise<unknown> => sourceDatabase.pool.query(BACK_UP);
  const restore = async (): Promise<string> => {
    await sourceDatabase.pool.query(RESTORE);
    return beginIncarnation(sourceDatabase.pool);
  };
  const stopped = (runner: ConsumerRunner): Promise<unknown> =>
    until(async () =>
      (await runner.status())
        .filter(({ consumer }) => consumer !== 'scan-own')
        .every(({ state }) => state === 'incarnation-changed'),
    );
  const sum = (positions: readonly bigint[]): bigint => positions.reduce((total, position) => total + position, 0n);
  const everything = async (of: Feed): Promise<readonly FeedEvent[]> => of.read(fromStart(of.lanes), 100_000);
  const scansOf = async (): Promise<readonly string[]> =>
    (await database.pool.query<{ event_id: string }>('SELECT event_id FROM rm.scan')).rows.map((row) => row.event_id);
  const scanned = (events: readonly FeedEvent[]): readonly string[] =>
    events.filter(({ type }) => type === 'ParcelScanned').map(({ eventId }) => eventId);

  it('goes on after the last common event, and is told which of its effects have no cause any more', async () => {
    const reactors = [forward(), scanOwn()];
    const runner = await run(reactors);
    const kept = await record(30);
    await runner.idle();
    await backUp();
    const heads = await source.log.heads();
    const gone = await record(20);
    await until(async () => sum(await own.log.heads()) === 100n);
    await runner.idle();
    const incarnation = await restore();
    const fresh = await record(15);
    await stopped(runner);

    const plan = await planReconciliation(options(reactors));
    expect(plan).toMatchObject({ source: 'parcels', incarnation, strangers: [] });
    expect(plan.consumers.map(({ consumer, action, known, held }) => [consumer, action, known, held])).toEqual([
      ['scans', 'rebuild', true, []],
      ['forward', 'rewind', true, []],
    ]);
    for (const { lost } of plan.consumers) for (const { lane, common } of lost) expect(common).toBe(heads[lane]);
    expect(sum((plan.consumers[1]?.lost ?? []).map(({ position, common }) => position - common))).toBe(40n);
    expect((await runner.status()).map(({ state }) => state)).toContain('incarnation-changed');

    const done = await reconcile(options(reactors));
    expect(done.effects).toEqual(plan.effects);
    expect(new Set(done.effects.map(({ streamId }) => streamId))).toEqual(new Set(gone));
    expect(done.effects.map(({ type }) => type)).toEqual(gone.map(() => 'ParcelSent'));
    expect(done.consumers[0]?.rebuilt).toMatchObject({ switched: true });

    await until(async () => (await runner.status()).every(({ state }) => state === 'running'));
    await runner.idle();
    const events = await everything(feed);
    expect([...(await scansOf())].sort()).toEqual([...scanned(events)].sort());
    await until(async () => sum(await own.log.heads()) === 130n);
    for (const id of [...kept, ...gone, ...fresh]) expect(await own.readStream(id)).not.toHaveLength(0);
    expect((await rebuildProjection({ projection: scans, feeds: [feed], pool: database.pool })).difference).toBeNull();

    const again = await reconcile(options(reactors));
    expect([again.consumers, again.effects]).toEqual([[], []]);
    await runner.idle();
    expect(sum(await own.log.heads())).toBe(130n);
  });

  it('only counts the new incarnation where it has handled nothing that is gone', async () => {
    const reactors = [forward()];
    const runner = await run(reactors);
    await record(10);
    await runner.idle();
    await runner.stop();
    await record(10);
    await backUp();
    await record(10);
    await restore();
    const before = (await database.pool.query('SELECT consumer, lane, position FROM bus.cursor ORDER BY 1, 2')).rows;
    const { consumers, effects } = await reconcile(options(reactors));
    expect(consumers.map(({ action, lost }) => [action, lost])).toEqual([
      ['switch', []],
      ['switch', []],
    ]);
    expect(effects).toEqual([]);
    expect((await database.pool.query('SELECT consumer, lane, position FROM bus.cursor ORDER BY 1, 2')).rows).toEqual(
      before,
    );
    await (await run(reactors)).idle();
    expect(await scansOf()).toHaveLength(20);
  });

  it('is reconciled over several restores', async () => {
    const reactors = [forward()];
    const runner = await run(reactors);
    await record(10);
    await backUp();
    await record(10);
    await until(async () => sum(await own.log.heads()) === 20n);
    await runner.idle();
    await runner.stop();
    await restore();
    await record(5);
    await backUp();
    await record(5);
    await restore();
    await record(5);
    const { consumers, effects } = await reconcile(options(reactors));
    expect(consumers.map(({ action }) => action)).toEqual(['rebuild', 'rewind']);
    expect(effects).toHaveLength(10);
    await (await run(reactors)).idle();
    expect(await scansOf()).toHaveLength(20);
    expect(sum(await own.log.heads())).toBe(30n);
  });

  it('starts from nothing when the source does not know the log that was followed', async () => {
    const reactors = [forward()];
    const runner = await run(reactors);
    await record(10);
    await runner.idle();
    await runner.stop();
    await database.pool.query(`UPDATE bus.cursor SET incarnation = $1 WHERE consumer <> 'nobody'`, [newId()]);
    const { consumers, effects } = await reconcile(options(reactors));
    expect(consumers.map(({ action, known }) => [action, known])).toEqual([
      ['rebuild', false],
      ['rewind', false],
    ]);
    expect(effects).toEqual([]);
    await (await run(reactors)).idle();
    expect(await scansOf()).toHaveLength(10);
    expect(sum(await own.log.heads())).toBe(10n);
  });

  it('forgets what it kept for later about events that are gone, and nothing else', async () => {
    let fails = true;
    const picky: Reactor<ParcelEvent> = {
      name: 'picky',
      sources: [{ service: 'parcels' }],
      react: (event) => {
        if (fails && event.type === 'ParcelSent' && event.data.to === 'Poisonville') throw new Error('never');
        if (fails && event.type === 'ParcelSent' && event.data.to === 'Nowhere') throw new NeedsMore('a map');
        return Promise.resolve();
      },
    };
    const send = async (to: string): Promise<string> => {
      const id = newId();
      await source.transact(parcelAggregate, id, sendParcel(to));
      await source.transact(parcelAggregate, id, scanParcel('Daegu'));
      return id;
    };
    const keptIds = [await send('Poisonville'), await send('Nowhere')];
    await backUp();
    const goneIds = [await send('Poisonville'), await send('Nowhere')];
    const runner = await run([picky], []);
    await until(async () => (await runner.status())[0]?.waiting === 4);
    await runner.stop();
    await restore();
    const restored = { ...options([picky]), projections: [] };
    const { consumers } = await reconcile(restored);
    expect(consumers[0]?.held.map(({ kind, key }) => [kind, key]).sort()).toEqual(
      [
        ['dead-letter', goneIds[0]],
        ['parked', goneIds[0]],
        ['waiting', goneIds[1]],
        ['waiting', goneIds[1]],
      ].sort(),
    );
    const left = await database.pool.query<{ key: string }>(
      'SELECT key FROM bus.waiting UNION SELECT key FROM bus.parked_event UNION SELECT key FROM bus.parked_key UNION SELECT key FROM bus.dead_letter',
    );
    expect(new Set(left.rows.map(({ key }) => key))).toEqual(new Set(keptIds));
    fails = false;
    const again = await run([picky], []);
    await database.pool.query(`UPDATE bus.waiting SET due_at = '-infinity'`);
    await again.deadLetters.replay({ consumer: 'picky', source: 'parcels', key: keptIds[0] ?? '' }, 'user:operator');
    await again.idle();
    expect((await again.status())[0]).toMatchObject({ deadLetters: 0, parkedKeys: 0, parkedEvents: 0, waiting: 0 });
  });

  it('finds the effects by the lost events themselves where they can still be read', async () => {
    const reactors = [forward()];
    const runner = await run(reactors);
    await record(10);
    await backUp();
    const gone = await record(10);
    await until(async () => sum(await own.log.heads()) === 20n);
    await runner.idle();
    await runner.stop();
    const topic = await everything(feed);
    await restore();
    let ranges = 0;
    const lost: ReconcileOptions['lost'] = (range) => {
      ranges += 1;
      return Promise.resolve(
        topic.filter(
          ({ lane, position, incarnation }) =>
            incarnation === range.incarnation && lane === range.lane && position > range.after && position <= range.to,
        ),
      );
    };
    const { effects } = await planReconciliation(options(reactors, lost));
    expect(ranges).toBeGreaterThan(0);
    expect(new Set(effects.map(({ streamId }) => streamId))).toEqual(new Set(gone));
    expect(await planReconciliation(options(reactors, () => Promise.resolve([])))).toMatchObject({ effects });
  });

  it('leaves cursors alone that belong to nobody here, and says so', async () => {
    const runner = await run([forward()]);
    await record(3);
    await runner.idle();
    await runner.stop();
    await backUp();
    await restore();
    const { consumers, strangers } = await reconcile(options([]));
    expect([consumers.map(({ consumer }) => consumer), strangers]).toEqual([['scans'], ['forward']]);
  });
});

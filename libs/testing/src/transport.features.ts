import { EventStore, newId, type EventLog, type LanePositions, type RecordedEvent } from '@crm/event-sourcing';
import {
  BATCH,
  BUS_SCHEMA,
  ConsumerRunner,
  LogFeed,
  fromStart,
  type Feed,
  type FeedEvent,
  type Publish,
  type Subscription,
  type Transport,
} from '@crm/messaging';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APPLIED_SCHEMA, appliedEvents, appliedLedger } from './applied-ledger.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { FaultyTransport } from './faulty-transport.js';
import { parcelAggregate, scanParcel, sendParcel } from './parcel.js';
import { until } from './until.js';

const SOURCE = 'parcels';

/** What the source says to others: that a parcel was sent, and nothing of the depots that it passes. */
const publish: Publish = ({ type, data }) =>
  type === 'ParcelSent' ? { type: 'crm.parcels.parcel-sent.v1', data } : undefined;

/** A transport with a log to feed it. Each `connect` is one more instance of the consuming service. */
export interface TransportUnderTest {
  readonly log: EventLog;
  /** Connects to the public feed of the log. */
  connect(feed: Feed): Promise<Transport>;
  close(): Promise<void>;
}

/** What every transport has to promise, alone and under the consumer runtime. The same suite on each implementation. */
export function transportFeatures(name: string, open: () => Promise<TransportUnderTest>): void {
  describe(`transport: ${name}`, () => {
    let subject: TransportUnderTest;
    let store: EventStore;
    let feed: LogFeed;
    let database: TestDatabase;
    let transports: Transport[] = [];
    let runners: ConsumerRunner[] = [];

    beforeAll(async () => {
      database = await createTestDatabase();
      await database.pool.query(BUS_SCHEMA);
      await database.pool.query(APPLIED_SCHEMA);
    });
    afterAll(() => database.drop());

    beforeEach(async () => {
      subject = await open();
      store = new EventStore(subject.log);
      feed = new LogFeed(SOURCE, subject.log).published(publish);
      await database.pool.query('TRUNCATE rm.applied, bus.cursor, bus.start');
    });
    afterEach(async () => {
      await Promise.all(runners.map((runner) => runner.stop()));
      await Promise.all(transports.map((transport) => transport.close()));
      await subject.close();
      transports = [];
      runners = [];
    });

    const connect = async (): Promise<Transport> => {
      const transport = await subject.connect(feed);
      transports.push(transport);
      return transport;
    };

    const record = async (parcels: number): Promise<void> => {
      await Promise.all(
        Array.from({ length: parcels }, async () => {
          const parcel = newId();
          await store.transact(parcelAggregate, parcel, sendParcel('Busan'));
          await store.transact(parcelAggregate, parcel, scanParcel('Daegu'));
        }),
      );
    };

    const wholeLog = async (): Promise<readonly RecordedEvent[]> =>
      subject.log.readLanes(fromStart(subject.log.lanes), 100_000);

    const run = async (transport: Transport): Promise<ConsumerRunner> => {
      const runner = new ConsumerRunner({
        service: 'reader',
        pool: database.pool,
        sources: [{ feed, transport }],
        projections: [appliedLedger(SOURCE)],
      });
      runners.push(runner);
      await runner.start();
      return runner;
    };

    const expectAllAppliedOnce = async (): Promise<void> => {
      await Promise.all(runners.map((runner) => runner.idle(30_000)));
      const applied = await appliedEvents(database.pool);
      expect(applied).toEqual(new Set((await wholeLog()).map((event) => event.eventId)));
      const letters = await database.pool.query('SELECT FROM bus.dead_letter');
      expect(letters.rowCount).toBe(0);
    };

    /** A subscriber that keeps what it got, with its cursor in memory. */
    const collect = async (take: (events: readonly FeedEvent[]) => Promise<void> = () => Promise.resolve()) => {
      const got: FeedEvent[] = [];
      let positions: LanePositions = fromStart(feed.lanes);
      const subscription: Subscription = (await connect()).subscribe({
        consumer: newId(),
        source: SOURCE,
        positions: () => Promise.resolve(positions),
        failed: () => undefined,
        recovered: () => undefined,
        deliver: async (events) => {
          await take(events);
          got.push(...events);
          positions = positions.map(
            (position, lane) => events.filter((event) => event.lane === lane).at(-1)?.position ?? position,
          );
        },
      });
      return { got, subscription };
    };

    describe('delivery', () => {
      it('brings every position, in order within its lane', async () => {
        const { got } = await collect();
        await record(300);
        await until(() => got.length >= 600);
        const log = await wholeLog();
        for (let lane = 0; lane < feed.lanes; lane++) {
          const arrived = got.filter((event) => event.lane === lane);
          expect(arrived.map((event) => event.eventId)).toEqual(
            log.filter((event) => event.lane === lane).map((event) => event.eventId),
          );
        }
      });

      it('brings the event with everything that the feed says about it', async () => {
        await record(1);
        const { got } = await collect();
        await until(() => got.length >= 2);
        const fed = await feed.read(fromStart(feed.lanes), 10);
        expect(got).toEqual(fed);
      });

      it('brings what comes later without being asked', async () => {
        const { got } = await collect();
        await record(1);
        await until(() => got.length >= 2);
        await record(1);
        await until(() => got.length >= 4);
      });

      it('waits until what it brought is taken', async () => {
        let atOnce = 0;
        let most = 0;
        const { got } = await collect(async (events) => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          expect(events.length).toBeLessThanOrEqual(BATCH);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce -= 1;
        });
        await record(BATCH / 2 + 100);
        await until(() => got.length >= BATCH + 200);
        expect(most).toBe(1);
      });

      it('starts again from the cursor when the consumer refuses', async () => {
        let refusals = 2;
        const { got } = await collect(() => {
          refusals -= 1;
          return refusals >= 0 ? Promise.reject(new Error('not now')) : Promise.resolve();
        });
        await record(50);
        await until(() => new Set(got.map((event) => event.eventId)).size >= 100);
      });

      it('brings nothing any more once it is stopped', async () => {
        const { got, subscription } = await collect();
        await record(1);
        await until(() => got.length >= 2);
        await subscription.stop();
        await record(5);
        const other = await collect();
        await until(() => other.got.length >= 12);
        expect(got).toHaveLength(2);
      });
    });

    describe('under the consumer runtime', () => {
      it('has each event applied once', async () => {
        await record(200);
        await run(await connect());
        await record(200);
        await expectAllAppliedOnce();
      });

      it('goes on from the cursor after a restart', async () => {
        const first = await run(await connect());
        await record(50);
        await first.idle();
        await first.stop();
        await record(50);
        await run(await connect());
        await expectAllAppliedOnce();
      });

      it('has a repeated delivery dropped', async () => {
        await run(new FaultyTransport(await connect(), (events) => [events, events, [...events, ...events]]));
        await record(100);
        await expectAllAppliedOnce();
      });

      it('has a gap filled from the feed', async () => {
        await run(
          new FaultyTransport(await connect(), (events) => [events.filter((event) => event.position % 3n === 0n)]),
        );
        await record(300);
        const ends = (await wholeLog()).filter((event) => event.position % 3n === 0n);
        await until(async () => {
          const applied = await appliedEvents(database.pool);
          return ends.every((event) => applied.has(event.eventId));
        });
        const applied = await database.pool.query(
          'SELECT FROM rm.applied GROUP BY lane HAVING count(*) <> max(position)',
        );
        expect(applied.rowCount).toBe(0);
      });

      it('has each event applied once when two instances run at once', async () => {
        await Promise.all([run(await connect()), run(await connect())]);
        await record(400);
        await expectAllAppliedOnce();
      });
    });
  });
}

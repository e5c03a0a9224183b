import { EVENT_STORE_SCHEMA, INCARNATION_SCHEMA, PostgresEventLog, newId } from '@crm/event-sourcing';
import { TestBus, createTestDatabase, transportFeatures, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reactor } from './consumer.js';
import { ConsumerRunner } from './consumer-runner.js';
import { FeedTransport } from './feed-transport.js';
import { Leadership } from './leadership.js';
import { LedTransport } from './led-transport.js';

// Less than the 15 s after which a lock is lost whose holder says nothing.
const WITHIN_MS = 10_000;
const SESSIONS = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% leadership'`;

transportFeatures('feed of PostgreSQL, one instance at a time', async () => {
  const database = await createTestDatabase();
  await database.pool.query(EVENT_STORE_SCHEMA + INCARNATION_SCHEMA);
  const leaderships: Leadership[] = [];
  return {
    log: new PostgresEventLog(database.pool),
    connect: (feed) => {
      const leadership = new Leadership({ pool: database.pool, everyMs: 50 });
      leaderships.push(leadership);
      return Promise.resolve(new LedTransport(new FeedTransport([feed]), leadership));
    },
    close: async () => {
      await Promise.all(leaderships.map((leadership) => leadership.close()));
      await database.drop();
    },
  };
});

describe('two instances of a service on one database', () => {
  let bus: TestBus;
  let parcels: TestSource;
  let instances: { readonly runner: ConsumerRunner; readonly leadership: Leadership; readonly seen: string[] }[] = [];
  beforeAll(async () => {
    bus = await TestBus.open('');
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
  });
  afterEach(async () => {
    for (const { runner, leadership } of instances) {
      await runner.stop();
      await leadership.close();
    }
    instances = [];
    await bus.reset();
  });
  afterAll(() => bus.close());

  const start = async () => {
    const leadership = new Leadership({ pool: bus.database.pool });
    const transport = new LedTransport(new FeedTransport([parcels.feed]), leadership);
    const seen: string[] = [];
    const reactor: Reactor = {
      name: 'forward',
      sources: [{ service: 'parcels' }],
      react: (event) => Promise.resolve(void seen.push(event.eventId)),
    };
    const runner = new ConsumerRunner({
      service: 'reader',
      pool: bus.database.pool,
      sources: [{ feed: parcels.feed, transport }],
      reactors: [reactor],
    });
    const instance = { runner, leadership, seen };
    instances.push(instance);
    await runner.start();
    return instance;
  };

  const record = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => parcels.parcel(newId(), 'Daegu')));
  };
  const seenIn = (...of: typeof instances): number => of.reduce((sum, { seen }) => sum + seen.length, 0);

  it('do the work once', async () => {
    const first = await start();
    const second = await start();
    for (let round = 0; round < 5; round++) {
      await record(40);
      await first.runner.idle();
    }
    expect(seenIn(first, second)).toBe(400);
    expect(new Set([...first.seen, ...second.seen]).size).toBe(400);
  });

  it('take over from each other within seconds: one is stopped', async () => {
    const first = await start();
    await record(20);
    await first.runner.idle();
    const second = await start();
    await first.runner.stop();
    await first.leadership.close();
    await record(20);
    await second.runner.idle(WITHIN_MS);
    expect([first.seen.length, second.seen.length]).toEqual([40, 40]);
  });

  it('take over from each other within seconds: one loses its connection while events come', async () => {
    const [first, second] = [await start(), await start()];
    await record(20);
    await first.runner.idle();
    await bus.database.pool.query(`SELECT pg_terminate_backend(pid) FROM (${SESSIONS} LIMIT 1) s`);
    await record(20);
    await second.runner.idle(WITHIN_MS);
    expect(new Set([...first.seen, ...second.seen]).size).toBe(80);
  });
});

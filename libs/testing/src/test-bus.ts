import { EventStore, InMemoryEventLog, newId, type Committed } from '@crm/event-sourcing';
import {
  BUS_SCHEMA,
  ConsumerRunner,
  FeedTransport,
  LogFeed,
  type ConsumerRunnerOptions,
  type Feed,
} from '@crm/messaging';
import { createTestDatabase, type TestDatabase } from './database.js';
import { parcelAggregate, scanParcel, sendParcel } from './parcel.js';

/** A source of events in memory, named as a service. */
export interface TestSource {
  readonly store: EventStore;
  readonly feed: LogFeed;
  /** Sends a parcel and scans it at the depots, all under one key; gives its id back. */
  parcel(key: string, ...depots: readonly string[]): Promise<string>;
}

/** Consumers of a service over sources in memory, with their tables in a database of their own. */
export class TestBus {
  private runners: ConsumerRunner[] = [];
  private transports: FeedTransport[] = [];

  private constructor(readonly database: TestDatabase) {}

  static async open(schema: string): Promise<TestBus> {
    const database = await createTestDatabase();
    await database.pool.query(BUS_SCHEMA);
    await database.pool.query(schema);
    return new TestBus(database);
  }

  source(name: string): TestSource {
    const store = new EventStore(new InMemoryEventLog());
    return {
      store,
      feed: new LogFeed(name, store.log),
      parcel: async (key, ...depots) => {
        const id = newId();
        const send: Committed = await store.transact(parcelAggregate, id, sendParcel('Busan'), { key });
        for (const depot of depots) await store.transact(parcelAggregate, send.streamId, scanParcel(depot));
        return id;
      },
    };
  }

  /** An instance of the service, with a transport of its own. */
  runner(feeds: readonly Feed[], options: Omit<ConsumerRunnerOptions, 'service' | 'pool' | 'sources'>): ConsumerRunner {
    const transport = new FeedTransport(feeds);
    const sources = feeds.map((feed) => ({ feed, transport }));
    const runner = new ConsumerRunner({ service: 'reader', pool: this.database.pool, sources, ...options });
    this.transports.push(transport);
    this.runners.push(runner);
    return runner;
  }

  async run(
    feeds: readonly Feed[],
    options: Omit<ConsumerRunnerOptions, 'service' | 'pool' | 'sources'>,
  ): Promise<ConsumerRunner> {
    const runner = this.runner(feeds, options);
    await runner.start();
    return runner;
  }

  async rows<Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.database.pool.query(sql, [...values])).rows as Row[];
  }

  /** Stops every instance and forgets everything, for the next test. */
  async reset(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
    await Promise.all(this.transports.map((transport) => transport.close()));
    this.runners = [];
    this.transports = [];
    const tables = await this.rows<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('bus', 'rm', 'rm_next')`,
    );
    await this.database.pool.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
  }

  async close(): Promise<void> {
    await this.reset();
    await this.database.drop();
  }
}

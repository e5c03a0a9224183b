import { fromStart } from '../../feed.js';
import type { Feed } from '../../feed.js';
import {
  APPLIED_SCHEMA,
  appliedEvents,
  appliedLedger,
  createTestDatabase,
  until,
  type TestDatabase,
} from '@crm/testing';
import { BUS_SCHEMA } from '../../bus-schema.js';
import { ConsumerRunner } from '../../consumer-runner.js';
import type { ConsumerLogger, ConsumerSignal } from '../../signals.js';
import { KafkaTransport, type KafkaTransportOptions } from '../kafka-transport.js';

/** A service that writes down every event of the parcels, in as many instances as a test starts. */
export class ReadingService {
  readonly signals: ConsumerSignal[] = [];
  readonly errors: { readonly fields: object; readonly message: string }[] = [];
  readonly warnings: { readonly fields: object; readonly message: string }[] = [];
  private readonly running: { readonly runner: ConsumerRunner; readonly transport: KafkaTransport }[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly feed: Feed,
  ) {}

  static async open(feed: Feed): Promise<ReadingService> {
    const database = await createTestDatabase();
    await database.pool.query(BUS_SCHEMA + APPLIED_SCHEMA);
    return new ReadingService(database, feed);
  }

  /** One more instance; stops when told so, like a process that is asked to. */
  async start(options: KafkaTransportOptions): Promise<{ stop(): Promise<void> }> {
    const logger: ConsumerLogger = {
      info: () => undefined,
      warn: (fields, message) => this.warnings.push({ fields, message }),
      error: (fields, message) => this.errors.push({ fields, message }),
    };
    const transport = new KafkaTransport({ sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 20_000, logger, ...options });
    const runner = new ConsumerRunner({
      service: 'reader',
      pool: this.database.pool,
      sources: [{ feed: this.feed, transport }],
      projections: [appliedLedger('parcels')],
      observe: (signal) => this.signals.push(signal),
    });
    const instance = { runner, transport };
    this.running.push(instance);
    await runner.start();
    return {
      stop: async () => {
        await runner.stop();
        await transport.close();
      },
    };
  }

  /** Waits until everything that the parcels' service recorded was applied; the ledger refuses what comes twice. */
  async caughtUp(withinMs = 40_000): Promise<void> {
    const heads = await this.feed.heads();
    const all = await this.feed.read(fromStart(this.feed.lanes), 100_000);
    const missing = async (): Promise<number> => {
      const applied = await appliedEvents(this.database.pool);
      return all.filter(({ eventId }) => !applied.has(eventId)).length;
    };
    if (heads.every((head) => head === 0n)) return;
    await until(async () => (await missing()) === 0, withinMs);
  }

  /** Puts the database back to where it knew nothing; the broker knows how far the group was. */
  async forget(): Promise<void> {
    await this.database.pool.query('TRUNCATE bus.cursor, rm.applied');
  }

  get gaps(): number {
    return this.signals.filter(({ kind }) => kind === 'gap').length;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.running.map(async ({ runner, transport }) => {
        await runner.stop();
        await transport.close();
      }),
    );
    await this.database.drop();
  }
}

import { EventStore, PostgresEventLog, type Json, type RecordedEvent } from '@crm/event-sourcing';
import { ConsumerRunner, FeedTransport, LogFeed, type Projection } from '@crm/messaging';
import type { Job } from '@crm/jobs';
import { createLogger, type JobDefinition, type Logger } from '@crm/platform';
import { createAnalyticsDatabase, type AnalyticsDatabase } from './analytics-database.js';
import { openSales, type Sales } from './sales.js';

/** The parts of analytics around its own database, without HTTP and without a queue: specs deliver the jobs. */
export interface Analytics extends AnalyticsDatabase {
  readonly store: EventStore;
  readonly sales: Sales;
  readonly runner: ConsumerRunner;
  readonly clock: () => number;
  readonly logger: Logger;
  /** Sets the clock of the store (ISO 8601). */
  setClock(at: string): void;
  events<Event extends RecordedEvent = RecordedEvent>(type: string): Promise<readonly Event[]>;
  close(): Promise<void>;
}

export async function openAnalytics(projections: readonly Projection[]): Promise<Analytics> {
  const database = await createAnalyticsDatabase();
  let now = Date.parse('1998-01-01T00:00:00Z');
  const clock = (): number => now;
  const store = new EventStore(new PostgresEventLog(database.pool), { clock });
  const sales = openSales();
  const own = new LogFeed('analytics', store.log);
  const transport = new FeedTransport([own]);
  const sources = [sales.source, { feed: own, transport }];
  const runner = new ConsumerRunner({ service: 'analytics', pool: database.pool, sources, projections });
  await runner.start();
  return {
    ...database,
    store,
    sales,
    runner,
    clock,
    logger: createLogger({ service: 'analytics', level: 'silent' }),
    setClock: (at) => void (now = Date.parse(at)),
    events: async <Event extends RecordedEvent>(type: string) => {
      const { rows } = await database.pool.query<Event>(
        'SELECT * FROM es.event WHERE type = $1 ORDER BY lane, position',
        [type],
      );
      return rows;
    },
    async close() {
      await runner.stop();
      await Promise.all([transport.close(), sales.close()]);
      await database.drop();
    },
  };
}

/** Delivers one job to its handler, as the `attempt`-th time. */
export function deliver({ name, handle }: JobDefinition, payload: Json, attempt = 1): Promise<void> {
  const job: Job = {
    jobId: `${name}-spec-1`,
    name,
    payload,
    attempt,
    signal: new AbortController().signal,
    complete: () => Promise.resolve(),
  };
  return handle(job as never);
}

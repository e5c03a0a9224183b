import { createPool } from '@crm/event-sourcing';
import { createPostgresBackend, Queue, runMigrations, Worker, type PgPool } from 'bullmq';
import type { BullQueue, BullWorker, Process, QueueConnection, WorkerSettings } from './queue-connection.js';

/** BullMQ's own schema; fixed by it for pools that it is given. */
const SCHEMA = 'bullmq';
/** One connection listens for as long as the queue is open, the others come and go. */
const CONNECTIONS = 4;
/** Undefined schema, table, function: somebody removed the queue. */
const LOST = new Set(['3F000', '42P01', '42883']);

/** Where a queue in PostgreSQL is. */
export interface PostgresQueueOptions {
  readonly backend: 'postgres';
  readonly url: string;
  /** Of the queue; one for each service. */
  readonly queue: string;
}

/** Jobs in PostgreSQL: one queue, one worker, one small pool. */
export class PostgresConnection implements QueueConnection {
  /** Whoever works here has the same server for everything else. */
  readonly isReachable = true;
  private readonly pool: PgPool;
  private restoring: Promise<void> | undefined;

  constructor(
    private readonly options: PostgresQueueOptions,
    private readonly report: (error: unknown) => void,
  ) {
    const pool = createPool({
      url: options.url,
      max: CONNECTIONS,
      applicationName: `${options.queue} jobs`,
      searchPath: [SCHEMA],
    });
    // BullMQ keeps a connection of its own out of the pool; when that is cut between two queries, nobody else listens.
    pool.on('connect', (client) => client.on('error', () => undefined));
    // It describes a pool in its own words, which the types of pg do not match.
    this.pool = pool as unknown as PgPool;
  }

  async openQueue(): Promise<BullQueue> {
    await this.migrate();
    const queue = new Queue(this.options.queue, { connection: this.pool }, createPostgresBackend);
    queue.on('error', this.report);
    await queue.waitUntilReady();
    return queue;
  }

  openWorker(process: Process, settings: WorkerSettings): BullWorker {
    const worker = new Worker(
      this.options.queue,
      (job, token) => process(job, token),
      { connection: this.pool, ...settings },
      createPostgresBackend,
    );
    worker.on('error', this.report);
    return worker;
  }

  /** Nothing is lost here without an error that says so. */
  hasLost(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async restore(error: unknown): Promise<boolean> {
    if (!isLost(error)) return false;
    this.restoring ??= this.migrate().finally(() => (this.restoring = undefined));
    await this.restoring;
    return true;
  }

  abandon(): void {
    // A server that is away refuses connections by itself.
  }

  async close(): Promise<void> {
    await this.restoring?.catch(() => undefined);
    await this.pool.end();
  }

  private async migrate(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await runMigrations(client, SCHEMA);
    } finally {
      client.release();
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && LOST.has((error as { code?: string }).code ?? '');
}

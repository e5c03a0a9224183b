import { createPool } from '@crm/event-sourcing';
import {
  createPostgresBackend,
  DelayedError,
  Queue,
  runMigrations,
  WaitingError,
  Worker,
  type Job as BullJob,
  type JobProgress,
  type PgPool,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
} from 'bullmq';
import type { Deliver, QueueBackend, QueuedJob, Verdict } from './queue-backend.js';

/** BullMQ's own schema; fixed by it for pools that it is given. */
const SCHEMA = 'bullmq';
/** One connection listens for as long as the queue is open, the others come and go. */
const CONNECTIONS = 4;
const LOCK_MS = 30_000;
const STALLED_CHECK_MS = 10_000;
/** How long an idle worker sleeps; a new job wakes it, so this is only for a wake-up that was lost. */
const IDLE_SECONDS = 30;
/** A crashed delivery is repeated for ever: giving up is decided on the intent, never by the queue. */
const ANY_NUMBER = 2 ** 31 - 1;
const RETRY_MS = 1_000;
/** Undefined schema, table, function: somebody removed the queue. */
const LOST = new Set(['3F000', '42P01', '42883']);

type PostgresQueue = Queue<object, void, string, object, void, string, PostgresQueueBackend, PostgresConnectionOptions>;
type PostgresWorker = Worker<object, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>;

/** Where BullMQ keeps its jobs, and what it tells of its own troubles. */
export interface BullMqOptions {
  readonly backend: 'postgres';
  readonly url: string;
  /** Of the queue; one for each service. */
  readonly queue: string;
  readonly onError?: (error: unknown) => void;
  /** How long a delivery is believed to be alive without a sign of life. */
  readonly lockMs?: number;
  readonly stalledCheckMs?: number;
}

/** The queue on BullMQ, with its PostgreSQL backend: one queue, one worker, one small pool. */
export class BullMqQueue implements QueueBackend {
  private readonly pool: PgPool;
  private readonly handOvers = new Set<() => void>();
  private queue: PostgresQueue | undefined;
  private worker: PostgresWorker | undefined;
  private restoring: Promise<void> | undefined;

  constructor(private readonly options: BullMqOptions) {
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

  async open(): Promise<void> {
    await this.migrate();
    this.queue = new Queue(this.options.queue, { connection: this.pool }, createPostgresBackend);
    this.queue.on('error', this.report);
    await this.queue.waitUntilReady();
  }

  async push(jobs: readonly QueuedJob[]): Promise<void> {
    try {
      await this.add(jobs);
    } catch (error) {
      if (!isLost(error)) throw error;
      await this.restore();
      await this.add(jobs);
    }
  }

  deliver(deliver: Deliver, concurrency: number): void {
    this.worker = new Worker(
      this.options.queue,
      (job, token) => this.deliverOne(job, token, deliver),
      {
        connection: this.pool,
        concurrency,
        lockDuration: this.options.lockMs ?? LOCK_MS,
        stalledInterval: this.options.stalledCheckMs ?? STALLED_CHECK_MS,
        maxStalledCount: ANY_NUMBER,
        drainDelay: IDLE_SECONDS,
        runRetryDelay: RETRY_MS,
      },
      createPostgresBackend,
    );
    this.worker.on('error', this.report);
  }

  async close(graceMs: number): Promise<void> {
    const expiry = setTimeout(() => {
      for (const handOver of this.handOvers) handOver();
    }, graceMs);
    // Closing waits for deliveries; those that outlast the grace end by being put back.
    await this.worker?.close();
    clearTimeout(expiry);
    await this.queue?.close();
    await this.restoring?.catch(() => undefined);
    await this.pool.end();
  }

  private readonly report = (error: unknown): void => {
    this.options.onError?.(error);
    if (isLost(error)) void this.restore().catch(() => undefined);
  };

  private async add(jobs: readonly QueuedJob[]): Promise<void> {
    if (this.queue === undefined) throw new Error('the queue is not open');
    await this.queue.addBulk(
      jobs.map(({ jobId, name, delayMs }) => ({
        name,
        data: {},
        opts: { jobId, delay: delayMs, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  private restore(): Promise<void> {
    this.restoring ??= this.migrate().finally(() => (this.restoring = undefined));
    return this.restoring;
  }

  private async migrate(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await runMigrations(client, SCHEMA);
    } finally {
      client.release();
    }
  }

  private async deliverOne(job: BullJob, token: string | undefined, deliver: Deliver): Promise<void> {
    const verdict = await this.orHandedOver(deliver(job.id ?? '', job.name));
    if (verdict === 'done') return;
    // BullMQ is told by these two errors that the job has been moved and is no failure.
    if (verdict === 'handed over') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    await job.moveToDelayed(Date.now() + verdict.againInMs, token);
    throw new DelayedError();
  }

  private orHandedOver(delivery: Promise<Verdict>): Promise<Verdict | 'handed over'> {
    return new Promise((resolve, reject) => {
      const handOver = (): void => {
        resolve('handed over');
      };
      this.handOvers.add(handOver);
      delivery.then(resolve, reject).finally(() => this.handOvers.delete(handOver));
    });
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && LOST.has((error as { code?: string }).code ?? '');
}

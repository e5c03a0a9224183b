import { DelayedError, ErrorCode, WaitingError, type Job as BullJob } from 'bullmq';
import { PostgresConnection, type PostgresQueueOptions } from './postgres-connection.js';
import type { Deliver, QueueBackend, QueuedJob, Verdict } from './queue-backend.js';
import type { BullQueue, BullWorker, HeldJob, QueueConnection } from './queue-connection.js';
import { RedisConnection, type RedisQueueOptions } from './redis-connection.js';

const LOCK_MS = 30_000;
const STALLED_CHECK_MS = 10_000;
/** How long an idle worker sleeps; a new job wakes it, so this is only for a wake-up that was lost. */
const IDLE_SECONDS = 30;
/** A crashed delivery is repeated for ever: giving up is decided on the intent, never by the queue. */
const ANY_NUMBER = 2 ** 31 - 1;
const RETRY_MS = 1_000;
/** What closing may take longer than the grace, as long as the server answers. */
const FAREWELL_MS = 2_000;

/** Where BullMQ keeps its jobs, and what it tells of its own troubles. */
export type BullMqOptions = (PostgresQueueOptions | RedisQueueOptions) & {
  readonly onError?: (error: unknown) => void;
  /** How long a delivery is believed to be alive without a sign of life. */
  readonly lockMs?: number;
  readonly stalledCheckMs?: number;
};

/** The queue on BullMQ, in PostgreSQL or Redis: one queue and one worker. */
export class BullMqQueue implements QueueBackend {
  private readonly connection: QueueConnection;
  private readonly handOvers = new Set<() => void>();
  private queue: BullQueue | undefined;
  private worker: BullWorker | undefined;

  constructor(private readonly options: BullMqOptions) {
    this.connection =
      options.backend === 'postgres'
        ? new PostgresConnection(options, this.report)
        : new RedisConnection(options, this.report);
  }

  get isReachable(): boolean {
    return this.connection.isReachable;
  }

  async open(): Promise<void> {
    this.queue = await this.connection.openQueue();
  }

  async push(jobs: readonly QueuedJob[]): Promise<void> {
    await this.add(jobs);
  }

  async pushOverdue(jobs: readonly QueuedJob[]): Promise<void> {
    // One after the other: the worker goes on beside them.
    for (const job of await this.add(jobs)) await promote(job);
  }

  hasLost(): Promise<boolean> {
    return this.connection.hasLost();
  }

  deliver(deliver: Deliver, concurrency: number): void {
    this.worker = this.connection.openWorker((job, token) => this.deliverOne(job, token, deliver), {
      concurrency,
      lockDuration: this.options.lockMs ?? LOCK_MS,
      stalledInterval: this.options.stalledCheckMs ?? STALLED_CHECK_MS,
      maxStalledCount: ANY_NUMBER,
      drainDelay: IDLE_SECONDS,
      runRetryDelay: RETRY_MS,
    });
  }

  async close(graceMs: number): Promise<void> {
    const expiry = setTimeout(() => {
      for (const handOver of this.handOvers) handOver();
    }, graceMs);
    // What is to be told to a server that is away would hold up the end for as long as it is.
    const patience = setTimeout(() => this.connection.abandon(), this.isReachable ? graceMs + FAREWELL_MS : 0);
    // Closing waits for deliveries; those that outlast the grace end by being put back.
    await this.worker?.close();
    clearTimeout(expiry);
    await this.queue?.close();
    clearTimeout(patience);
    await this.connection.close();
  }

  private readonly report = (error: unknown): void => {
    this.options.onError?.(error);
    void this.connection.restore(error).catch(() => undefined);
  };

  private async add(jobs: readonly QueuedJob[]): Promise<readonly HeldJob[]> {
    try {
      return await this.addAll(jobs);
    } catch (error) {
      if (!(await this.connection.restore(error))) throw error;
      return this.addAll(jobs);
    }
  }

  private addAll(jobs: readonly QueuedJob[]): Promise<readonly HeldJob[]> {
    if (this.queue === undefined) throw new Error('the queue is not open');
    return this.queue.addBulk(
      jobs.map(({ jobId, name, delayMs }) => ({
        name,
        data: {},
        opts: { jobId, delay: delayMs, removeOnComplete: true, removeOnFail: true },
      })),
    );
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

const NOT_HELD_BACK: ReadonlySet<unknown> = new Set([ErrorCode.JobNotInState, ErrorCode.JobNotExist]);

/** Ends the waiting of a job; one that does not wait is delivered anyway, or has been. */
async function promote(job: HeldJob): Promise<void> {
  try {
    await job.promote();
  } catch (error) {
    if (!NOT_HELD_BACK.has((error as { code?: unknown }).code)) throw error;
  }
}

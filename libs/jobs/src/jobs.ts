import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentContext, inSpan, runInContext, type Context } from '@crm/event-sourcing';
import type pg from 'pg';
import { codeOf, JobAlreadyDone, permanentCode } from './errors.js';
import { Feeder } from './feeder.js';
import { IntentTable, type Begun } from './intent-table.js';
import type { Intent, Job, JobCounts, JobHandler, JobStatus, Tx } from './intent.js';
import { Limiter } from './limiter.js';
import type { QueueBackend, Verdict } from './queue-backend.js';

const GRACE_MS = 20_000;
const LOOK_AGAIN_MS = 25;
const NO_HANDLER_MS = 30_000;
/** What is tried again is mostly an outage, and nobody should wait much longer than it lasted. */
const DEFAULT_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000 };

/**
 * How long a job waits after an attempt that ended with an error: `firstMs` after the first, twice as long after each further one,
 * at most `maxMs`. An attempt whose process died counts for nothing.
 */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export interface JobsOptions {
  /** Of the service's database, which holds the intents. */
  readonly pool: pg.Pool;
  readonly queue: QueueBackend;
  /** Told of everything that went wrong and will be tried again, or failed for good. */
  readonly onError?: (error: unknown, jobId?: string) => void;
  readonly backoff?: Backoff;
  /** How often the intents are compared with the queue. */
  readonly sweepMs?: number;
  /** After which time a due job that is not done may have been lost by the queue. */
  readonly lostAfterMs?: number;
  /** How long a job that is done is remembered, so that the same id is not done again. Default: 14 days. */
  readonly keepDoneMs?: number;
}

interface Registered {
  readonly handler: JobHandler;
  readonly concurrency: number;
  readonly limiter: Limiter;
}

/** A job in the hands of its handler. */
interface Delivery {
  readonly jobId: string;
  /** Whether the handler has intended the job again, so that returning does not finish it. */
  again: boolean;
}

/**
 * Timers and calls to the outside. What has to be done is a row in the service's database, written with whatever causes it;
 * the queue only says when. So losing the queue costs time and nothing else, and every job is delivered at least once.
 */
export class Jobs {
  private readonly handlers = new Map<string, Registered>();
  private readonly intents: IntentTable;
  private readonly feeder: Feeder;
  private readonly stopping = new AbortController();
  private readonly delivery = new AsyncLocalStorage<Delivery>();
  private running = 0;
  private stopped: Promise<void> | undefined;

  constructor(private readonly options: JobsOptions) {
    this.intents = new IntentTable(options.pool);
    this.feeder = new Feeder(this.intents, options);
  }

  /** Registers what does the jobs of a name; before `start`. Names share the worker, each with its own bound. */
  handle<Payload>(
    name: string,
    handler: JobHandler<Payload>,
    { concurrency = 4 }: { readonly concurrency?: number } = {},
  ): void {
    if (this.handlers.has(name)) throw new Error(`jobs named ${name} have a handler already`);
    this.handlers.set(name, { handler: handler as JobHandler, concurrency, limiter: new Limiter(concurrency) });
  }

  /**
   * Writes intents in the caller's transaction; they are queued soon after it commits. An id that exists already changes
   * nothing, except inside the handler of that very job: then it is not finished by returning, but delivered again when due.
   */
  async intend(tx: Tx, ...intents: readonly Intent[]): Promise<void> {
    if (intents.length === 0) return;
    const delivery = this.delivery.getStore();
    const own = intents.find(({ jobId }) => jobId === delivery?.jobId);
    if (delivery !== undefined && own !== undefined) {
      await this.intents.intendAgain(tx, own, this.delayAfter(1));
      delivery.again = true;
    }
    await this.intents.insert(tx, intents, currentContext());
    this.feeder.hint();
  }

  /** The same outside any transaction. */
  enqueue(...intents: readonly Intent[]): Promise<void> {
    return this.intend(this.options.pool, ...intents);
  }

  /** Opens the queue, gives it everything that is due, and begins to deliver to the registered handlers. */
  async start(): Promise<void> {
    await this.options.queue.open();
    const concurrency = [...this.handlers.values()].reduce((sum, registered) => sum + registered.concurrency, 0);
    if (concurrency > 0) this.options.queue.deliver((jobId, name) => this.deliver(jobId, name), concurrency);
    await this.feeder.start();
  }

  /** Takes no further job, waits up to 20 s for the running ones, and hands the rest over to other processes. */
  stop(graceMs: number = GRACE_MS): Promise<void> {
    this.stopping.abort();
    this.stopped ??= this.feeder.stop().then(() => this.options.queue.close(graceMs));
    return this.stopped;
  }

  /** For tests: waits until nothing is due and nothing runs. Jobs that wait for their time or their next attempt do not count. */
  async idle(): Promise<void> {
    while (this.running > 0 || (await this.intents.counts()).due > 0) await sleep(LOOK_AGAIN_MS);
  }

  status(jobId: string): Promise<JobStatus | undefined> {
    return this.intents.status(jobId);
  }

  counts(): Promise<JobCounts> {
    return this.intents.counts();
  }

  /** Whether the queue answers; while it does not, jobs wait. */
  get queueIsReachable(): boolean {
    return this.options.queue.isReachable;
  }

  private async deliver(jobId: string, name: string): Promise<Verdict> {
    const registered = this.handlers.get(name);
    if (registered === undefined) {
      this.options.onError?.(new Error(`no handler for jobs named ${name}`), jobId);
      return { againInMs: NO_HANDLER_MS };
    }
    this.running += 1;
    try {
      return await registered.limiter.run(() => this.attempt(jobId, registered.handler));
    } catch (error) {
      // The intents cannot be reached; the queue remembers the job meanwhile.
      this.options.onError?.(error, jobId);
      return { againInMs: this.delayAfter(1) };
    } finally {
      this.running -= 1;
    }
  }

  private async attempt(jobId: string, handler: JobHandler): Promise<Verdict> {
    if (this.isStopping()) return { againInMs: 0 };
    const begun = await this.intents.begin(jobId);
    if (begun === undefined) return this.notNow(jobId);
    const delivery: Delivery = { jobId, again: false };
    try {
      await this.delivery.run(delivery, () => this.handleInSpan(handler, this.jobOf(jobId, begun), begun.context));
    } catch (error) {
      if (error instanceof JobAlreadyDone) return 'done';
      if (this.isStopping() && permanentCode(error) === undefined) return { againInMs: 0 };
      return this.afterError(jobId, begun.failures + 1, error);
    }
    if (delivery.again) return this.notNow(jobId);
    await this.intents.finish(jobId);
    return 'done';
  }

  private handleInSpan(handler: JobHandler, job: Job, context: Context): Promise<void> {
    return inSpan(
      {
        name: `job ${job.name}`,
        kind: 'consumer',
        attributes: { 'crm.job': job.name, 'crm.attempt': job.attempt },
        parent: context.traceparent,
      },
      () => runInContext(context, () => handler(job)),
    );
  }

  /** Delivered too early after the queue was lost, once more after it was done, or put off by its own handler. */
  private async notNow(jobId: string): Promise<Verdict> {
    const delayMs = await this.intents.dueIn(jobId);
    return delayMs === undefined ? 'done' : { againInMs: delayMs };
  }

  private async afterError(jobId: string, failures: number, error: unknown): Promise<Verdict> {
    this.options.onError?.(error, jobId);
    const code = permanentCode(error);
    if (code !== undefined) {
      await this.intents.fail(jobId, code);
      return 'done';
    }
    const againInMs = this.delayAfter(failures);
    await this.intents.postpone(jobId, againInMs, codeOf(error));
    return { againInMs };
  }

  private jobOf(jobId: string, { name, payload, attempts }: Begun): Job {
    return {
      jobId,
      name,
      payload,
      attempt: attempts,
      signal: this.stopping.signal,
      complete: async (tx) => {
        if (!(await this.intents.finish(jobId, tx))) throw new JobAlreadyDone(jobId);
      },
    };
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private delayAfter(failures: number): number {
    const { firstMs, maxMs } = this.options.backoff ?? DEFAULT_BACKOFF;
    return Math.min(firstMs * 2 ** Math.min(failures - 1, 30), maxMs);
  }
}

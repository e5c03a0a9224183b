import { QueueUnreachable } from './errors.js';
import { QUEUE_BATCH, type IntentTable } from './intent-table.js';
import type { QueueBackend, QueuedJob } from './queue-backend.js';

/** After a hint: once the transaction has probably committed, and once more for one that took longer. The sweep finds the rest. */
const AFTER_HINT_MS = [20, 250];
const SWEEP_MS = 3_000;
const LOST_AFTER_MS = 30_000;
const KEEP_DONE_MS = 14 * 86_400_000;

interface FeederOptions {
  readonly queue: QueueBackend;
  readonly onError?: (error: unknown) => void;
  readonly sweepMs?: number;
  readonly lostAfterMs?: number;
  readonly keepDoneMs?: number;
}

/** Keeps the queue told of the intents: new ones soon after they are written, lost ones again. */
export class Feeder {
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private feeding: Promise<void> = Promise.resolve();
  private started = false;
  /** The queue has lost jobs that it was not given again yet; at the start nothing says what it holds. */
  private hasLost = true;

  constructor(
    private readonly intents: IntentTable,
    private readonly options: FeederOptions,
  ) {}

  /** Whatever is due is queued again. */
  async start(): Promise<void> {
    this.started = true;
    await this.feed(() => this.sweep());
    this.sweepLater();
  }

  /** An intent was written, in a transaction that may commit at any moment. */
  hint(): void {
    if (!this.started) return;
    for (const delayMs of AFTER_HINT_MS) this.later(delayMs, () => this.feed(() => this.pushNew()));
  }

  async stop(): Promise<void> {
    this.started = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await this.feeding;
  }

  private sweepLater(): void {
    this.later(this.options.sweepMs ?? SWEEP_MS, async () => {
      await this.feed(() => this.sweep());
      if (this.started) this.sweepLater();
    });
  }

  private later(delayMs: number, work: () => Promise<void>): void {
    if (this.timers.has(delayMs)) return;
    const timer = setTimeout(() => {
      this.timers.delete(delayMs);
      void work();
    }, delayMs);
    this.timers.set(delayMs, timer);
  }

  /** One after another; an error is reported and left to the next sweep. */
  private feed(work: () => Promise<void>): Promise<void> {
    this.feeding = this.feeding.then(work).catch((error: unknown) => {
      // The queue tells itself when it goes away, and a sweep comes every few seconds.
      if (!(error instanceof QueueUnreachable)) this.options.onError?.(error);
    });
    return this.feeding;
  }

  private async sweep(): Promise<void> {
    await this.intents.prune(this.options.keepDoneMs ?? KEEP_DONE_MS);
    await this.pushNew();
    if (await this.options.queue.hasLost()) this.hasLost = true;
    await (this.hasLost ? this.pushLost() : this.pushOverdue());
    this.hasLost = false;
  }

  private pushNew(): Promise<void> {
    return this.pushAll(
      () => this.intents.neverQueued(),
      (jobs) => this.options.queue.push(jobs),
    );
  }

  private pushLost(): Promise<void> {
    return this.pushAll(this.overdueSince(0), (jobs) => this.options.queue.push(jobs));
  }

  private pushOverdue(): Promise<void> {
    return this.pushAll(this.overdueSince(this.options.lostAfterMs ?? LOST_AFTER_MS), (jobs) =>
      this.options.queue.pushOverdue(jobs),
    );
  }

  /** What was queued in this very round is not overdue again. */
  private overdueSince(ms: number): () => Promise<readonly QueuedJob[]> {
    const from = performance.now();
    return () => this.intents.overdue(ms + performance.now() - from);
  }

  private async pushAll(
    read: () => Promise<readonly QueuedJob[]>,
    push: (jobs: readonly QueuedJob[]) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const jobs = await read();
      if (jobs.length === 0) return;
      await push(jobs);
      await this.intents.markQueued(jobs);
      if (jobs.length < QUEUE_BATCH) return;
    }
  }
}

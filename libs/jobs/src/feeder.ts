import { QUEUE_BATCH, type IntentTable } from './intent-table.js';
import type { QueueBackend, QueuedJob } from './queue-backend.js';

/** After a hint: once the transaction has probably committed, and once more for one that took longer. The sweep finds the rest. */
const AFTER_HINT_MS = [20, 250];
const SWEEP_MS = 3_000;
const LOST_AFTER_MS = 30_000;

interface FeederOptions {
  readonly queue: QueueBackend;
  readonly onError?: (error: unknown) => void;
  readonly sweepMs?: number;
  readonly lostAfterMs?: number;
}

/** Keeps the queue told of the intents: new ones soon after they are written, lost ones again. */
export class Feeder {
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private feeding: Promise<void> = Promise.resolve();
  private started = false;

  constructor(
    private readonly intents: IntentTable,
    private readonly options: FeederOptions,
  ) {}

  /** Whatever is due is queued again, since nothing says what the queue still holds. */
  async start(): Promise<void> {
    this.started = true;
    await this.feed(0);
    this.sweepLater();
  }

  /** An intent was written, in a transaction that may commit at any moment. */
  hint(): void {
    if (!this.started) return;
    for (const delayMs of AFTER_HINT_MS) this.later(delayMs, () => this.feed());
  }

  async stop(): Promise<void> {
    this.started = false;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await this.feeding;
  }

  private sweepLater(): void {
    this.later(this.options.sweepMs ?? SWEEP_MS, async () => {
      await this.feed(this.options.lostAfterMs ?? LOST_AFTER_MS);
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
  private feed(lostAfterMs?: number): Promise<void> {
    this.feeding = this.feeding.then(async () => {
      try {
        await this.pushAll(() => this.intents.neverQueued());
        if (lostAfterMs !== undefined) await this.pushAll(() => this.intents.overdue(lostAfterMs));
      } catch (error) {
        this.options.onError?.(error);
      }
    });
    return this.feeding;
  }

  private async pushAll(read: () => Promise<readonly QueuedJob[]>): Promise<void> {
    for (;;) {
      const jobs = await read();
      if (jobs.length === 0) return;
      await this.options.queue.push(jobs);
      await this.intents.markQueued(jobs);
      if (jobs.length < QUEUE_BATCH) return;
    }
  }
}

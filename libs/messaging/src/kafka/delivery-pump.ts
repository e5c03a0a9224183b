import { BackOff, pause } from '../back-off.js';
import { BATCH } from '../feed.js';
import type { FeedEvent } from '../feed-event.js';
import type { Subscriber } from '../transport.js';
import type { PartitionBatch } from './partition-batch.js';

const FINISH_MS = 5_000;
/** What arrives meanwhile comes together in the next fetch: under load a fetch costs more than the events in it. */
export const FETCH_EVERY_MS = 50;

/** Where a partition goes on after a restart. */
export interface SettledOffset {
  readonly partition: number;
  readonly offset: string;
}

/**
 * Makes deliveries, one after the other, of what was fetched of several partitions: a delivery is one transaction of the
 * consumer, and the fewer they are the better.
 */
export class DeliveryPump {
  private readonly closing = new AbortController();
  private readonly backOff = new BackOff();
  private batches: PartitionBatch[] = [];
  private pumping: Promise<void> | undefined;
  private asked = false;

  constructor(
    private readonly subscriber: Subscriber,
    private readonly onSettled: (offsets: readonly SettledOffset[]) => void,
  ) {}

  /** Resolves when all of the batch was delivered or the partition is not ours any more. */
  deliver(batch: PartitionBatch): Promise<void> {
    // Nothing of it is settled, so the client fetches it again at once.
    if (this.closing.signal.aborted) return pause(FETCH_EVERY_MS);
    this.batches.push(batch);
    this.pumping ??= this.pump().finally(() => (this.pumping = undefined));
    return batch.ended;
  }

  /** Others may have gone on with these partitions: the consumer reads its cursor before it is given more. */
  askAgain(): void {
    this.asked = false;
  }

  /** Any batch that was not handed back: through it the group hears from us. */
  get anyBatch(): PartitionBatch | undefined {
    return this.batches[0];
  }

  /** Hands everything back. A delivery under way may end first, if that takes but a moment, so that whoever gets the partition finds it settled. */
  async giveUp(error: Error, beforehand: () => Promise<void>): Promise<void> {
    const given = this.batches;
    this.batches = [];
    const patience = new AbortController();
    await Promise.race([this.pumping, pause(FINISH_MS, patience.signal)]);
    patience.abort();
    await beforehand();
    for (const batch of given) batch.finish(error);
  }

  /** Resolves when nothing is delivered any more. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.pumping;
    for (const batch of this.batches) batch.finish();
    this.batches = [];
  }

  private async pump(): Promise<void> {
    const startedAt = performance.now();
    // All partitions of one fetch arrive in one turn.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.batches.length > 0 && !this.closing.signal.aborted) {
      const pieces = this.batches;
      const events = this.nextOf(pieces);
      if (events.length > 0 && !(await this.insist(events, pieces))) return;
      this.onSettled(pieces.flatMap((batch) => batch.settle() ?? []));
      if (this.batches.length > 0 && this.batches.every((batch) => batch.isThrough || !batch.isLive))
        await pause(FETCH_EVERY_MS - (performance.now() - startedAt), this.closing.signal);
      for (const batch of pieces) if (batch.isThrough || !batch.isLive) batch.finish();
      this.batches = this.batches.filter((batch) => batch.isLive);
    }
  }

  /** A delivery's worth, of each partition an equal share where there is more. */
  private nextOf(batches: readonly PartitionBatch[]): readonly FeedEvent[] {
    const events: FeedEvent[] = [];
    for (const [index, batch] of batches.entries()) {
      const share = Math.ceil((BATCH - events.length) / (batches.length - index));
      if (share > 0 && batch.isLive) events.push(...batch.take(share));
    }
    return events;
  }

  /** Delivers until it succeeds; false when there is no reason to any more. */
  private async insist(events: readonly FeedEvent[], batches: readonly PartitionBatch[]): Promise<boolean> {
    while (!this.closing.signal.aborted) {
      if (!batches.some((batch) => batch.isLive)) return true;
      try {
        if (!this.asked) await this.subscriber.positions();
        this.asked = true;
        await this.subscriber.deliver(events);
        this.backOff.reset();
        return true;
      } catch {
        // The subscriber knows.
        this.asked = false;
        await pause(this.backOff.nextMs(), this.closing.signal);
      }
    }
    return false;
  }
}

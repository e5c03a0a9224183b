import type { EachBatchPayload } from 'kafkajs';
import { InvalidCloudEvent } from '@crm/contracts';
import type { FeedEvent } from '../feed-event.js';
import type { ConsumerLogger } from '../signals.js';
import { toFeedEvent } from './kafka-message.js';

/** What was fetched of one partition, handed out piece by piece. It counts as read only as far as it was settled. */
export class PartitionBatch {
  readonly ended: Promise<void>;
  private next = 0;
  private end: (error?: Error) => void = () => undefined;
  private hasEnded = false;

  constructor(
    private readonly payload: EachBatchPayload,
    private readonly source: string,
    private readonly logger: ConsumerLogger,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.end = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
  }

  get partition(): number {
    return this.payload.batch.partition;
  }

  get isThrough(): boolean {
    return this.next === this.payload.batch.messages.length;
  }

  /** Whether the partition is still this consumer's, and nothing of it was given up. */
  get isLive(): boolean {
    return !this.hasEnded && this.payload.isRunning() && !this.payload.isStale();
  }

  /** The next events; of a message that is none, the log tells. The consumer finds its position missing and reads it from the feed. */
  take(most: number): readonly FeedEvent[] {
    const { batch } = this.payload;
    const messages = batch.messages.slice(this.next, this.next + most);
    this.next += messages.length;
    return messages.flatMap((message) => {
      try {
        return [toFeedEvent(message, this.source, batch.partition)];
      } catch (error) {
        const reason = error instanceof InvalidCloudEvent ? error.message : '';
        const { topic, partition } = batch;
        this.logger.error({ topic, partition, offset: message.offset, reason }, 'a message cannot be read');
        return [];
      }
    });
  }

  /**
   * What was taken has had its effect; the offset to go on from after a restart. The last message comes again then: a cursor
   * that is behind the group, since it was not stored or was restored from a backup, finds out by it, however idle the lane is.
   */
  settle(): { readonly partition: number; readonly offset: string } | undefined {
    const last = this.payload.batch.messages[this.next - 1];
    if (last === undefined || !this.isLive) return undefined;
    this.payload.resolveOffset(last.offset);
    return { partition: this.partition, offset: last.offset };
  }

  heartbeat(): Promise<void> {
    return this.payload.heartbeat();
  }

  /** Hands the partition back to the client, which fetches what was not settled again; with an error, it joins its group again. */
  finish(error?: Error): void {
    this.hasEnded = true;
    this.end(error);
  }
}

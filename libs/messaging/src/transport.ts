import type { LanePositions } from '@crm/event-sourcing';
import type { FeedEvent } from './feed-event.js';

/** One consumer of one source, as a transport sees it. */
export interface Subscriber {
  readonly consumer: string;
  readonly source: string;
  /** The consumer's cursor: where delivery starts, and starts again after an error. A transport may deliver earlier ones too. */
  positions(): Promise<LanePositions>;
  /**
   * Takes the next events, in order within each lane; resolves when their effect is committed. The transport waits for it
   * before it delivers more. Rejects when nothing is to be delivered any more, or from `positions()` again.
   */
  deliver(events: readonly FeedEvent[]): Promise<void>;
  /** The source could not be read; the transport goes on trying. */
  failed(error: unknown): void;
  /** The source can be read, whether or not there is anything new. */
  recovered(): void;
}

/** A running delivery. */
export interface Subscription {
  /** Whether it brings nothing at present, whatever there is: the feed is read meanwhile. One that reads the feed itself is never silent. */
  readonly isSilent: boolean;
  /** Resolves when nothing is delivered any more. */
  stop(): Promise<void>;
}

/** Brings events to consumers, at least once, in order within each lane. Duplicates and gaps are the consumer runtime's business. */
export interface Transport {
  subscribe(subscriber: Subscriber): Subscription;
  /** Stops every subscription. */
  close(): Promise<void>;
}

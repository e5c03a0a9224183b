import type { FeedEvent } from '../feed-event.js';
import { toMessage, type OutgoingMessage } from './kafka-message.js';

// A broker takes 1 MiB in one batch of a partition unless it was told otherwise; a larger event goes alone.
const MOST_BYTES = 768 * 1024;
const ENVELOPE_BYTES = 1_024;

/** What goes out of one lane at once. */
export interface LanePart {
  readonly last: bigint;
  readonly events: number;
}

/** What goes out in one request: a stretch of each lane. */
export interface RelayPage {
  readonly messages: readonly OutgoingMessage[];
  readonly lanes: ReadonlyMap<number, LanePart>;
}

/** The messages of events that are in order within each lane, as many of each lane as one batch holds. */
export function toPage(events: readonly FeedEvent[]): RelayPage {
  const messages: OutgoingMessage[] = [];
  const lanes = new Map<number, LanePart>();
  const bytes = new Map<number, number>();
  for (const event of events) {
    const before = bytes.get(event.lane) ?? 0;
    if (before > MOST_BYTES) continue;
    const message = toMessage(event);
    const size = before + Buffer.byteLength(message.value) + ENVELOPE_BYTES;
    const isFull = before > 0 && size > MOST_BYTES;
    bytes.set(event.lane, isFull ? Infinity : size);
    if (isFull) continue;
    messages.push(message);
    lanes.set(event.lane, { last: event.position, events: (lanes.get(event.lane)?.events ?? 0) + 1 });
  }
  return { messages, lanes };
}

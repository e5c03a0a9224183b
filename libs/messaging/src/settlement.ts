import { passesHeldKeys, type Consumer } from './consumer.js';
import type { HeldKeys } from './cursor.js';
import type { Failure } from './failure.js';
import type { FeedEvent } from './feed-event.js';

/** What was found out about an event before the transaction that settles it. */
export type Finding =
  | { readonly is: 'waiting'; readonly needs: string }
  | { readonly is: 'poison'; readonly failure: Failure; readonly attempts: number; readonly startedAttempts: number };

/** Findings by event id. */
export type Findings = ReadonlyMap<string, Finding>;

export interface WaitingEvent {
  readonly event: FeedEvent;
  readonly needs: string;
}

export interface PoisonEvent {
  readonly event: FeedEvent;
  readonly finding: Extract<Finding, { is: 'poison' }>;
}

/**
 * Sorts the events of one batch into those to handle now and those that are kept for later. Once an event of a key is kept,
 * every later one of that key is kept behind it.
 */
export class Settlement {
  readonly parked: FeedEvent[] = [];
  readonly waiting: WaitingEvent[] = [];
  readonly poison: PoisonEvent[] = [];
  readonly satisfied = new Set<string>();
  private readonly parkedKeys: Set<string>;
  private readonly waitingKeys: Map<string, string>;

  constructor(
    private readonly consumer: Consumer,
    held: HeldKeys,
    private readonly findings: Findings,
  ) {
    this.parkedKeys = new Set(held.parked);
    this.waitingKeys = new Map(held.waiting);
  }

  /** The events that may be handled; the others are kept. */
  admit(events: readonly FeedEvent[]): readonly FeedEvent[] {
    return events.filter((event) => !this.keepBehind(event) && !this.keepAsFound(event));
  }

  putAside(event: FeedEvent, needs: string): void {
    this.waiting.push({ event, needs });
    this.waitingKeys.set(event.key, needs);
  }

  park(event: FeedEvent, finding: PoisonEvent['finding']): void {
    this.poison.push({ event, finding });
    this.parkedKeys.add(event.key);
  }

  /** The events of the batch that were handled. */
  handledOf(events: readonly FeedEvent[]): readonly FeedEvent[] {
    const kept = new Set([...this.parked, ...[...this.waiting, ...this.poison].map(({ event }) => event)]);
    return kept.size === 0 ? events : events.filter((event) => !kept.has(event));
  }

  private keepBehind(event: FeedEvent): boolean {
    if (passesHeldKeys(this.consumer, event.type)) return false;
    if (this.parkedKeys.has(event.key)) {
      this.parked.push(event);
      return true;
    }
    const needs = this.waitingKeys.get(event.key);
    if (needs === undefined) return false;
    this.waiting.push({ event, needs });
    return true;
  }

  private keepAsFound(event: FeedEvent): boolean {
    const finding = this.findings.get(event.eventId);
    if (finding === undefined) return false;
    if (finding.is === 'waiting') this.putAside(event, finding.needs);
    else this.park(event, finding);
    return true;
  }
}

import { PartyErasedV1 } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type pg from 'pg';
import type { FeedEvent } from './feed-event.js';

/** The transaction that also moves the cursor. Handlers never end it and do nothing but query it, one query after the other. */
export type Tx = pg.ClientBase;

/** What a consumer follows: a service, and of its events these types; without `types` all of them. */
export interface FollowedSource<Type extends string = string> {
  readonly service: string;
  readonly types?: readonly Type[];
}

interface Following<Event extends DomainEvent> {
  /** Name of its cursor, unique in its service. */
  readonly name: string;
  readonly sources: readonly FollowedSource<Event['type']>[];
  /** Keys that this event brings for those that wait for them. */
  releases?(event: FeedEvent<Event>): readonly string[];
  /** Types that pass a key whose earlier events could not be handled; a party's erasure always does. */
  readonly passes?: readonly string[];
}

/** What a projection can say about its batch besides changing tables. */
export interface Flow {
  /** Nothing was done about the event: it is given again once `key` is there, before any later event of its own key. */
  putAside(event: FeedEvent, key: string): void;
  /** What waits for `key` can go on. */
  satisfied(key: string): void;
}

/**
 * Turns events into rows, set-based, in the cursor's transaction. A function of the set of events: arrival order holds only
 * within one key of one source. Tables are named unqualified, so that a rebuild runs the same SQL beside the live tables.
 */
export interface Projection<Event extends DomainEvent = DomainEvent> extends Following<Event> {
  /** Raise it when `apply` gives other rows for the same events: its status then asks for a rebuild. */
  readonly version?: number;
  /** Every table that `apply` writes; plain tables in schema `rm` without identity or serial columns. */
  readonly tables: readonly string[];
  apply(tx: Tx, events: readonly FeedEvent<Event>[], flow: Flow): Promise<void>;
}

/** What a reactor is given besides its event. */
export interface Reaction {
  /** The id under which the command for this purpose on this stream is carried out once, however often the event comes. */
  commandId(purpose: string, targetStream: string): string;
  /** Rows, such as job intents, that are to be written in the transaction that moves the cursor. */
  after(effect: (tx: Tx) => Promise<unknown>): void;
  /** What waits for `key` can go on. */
  satisfied(key: string): void;
}

/**
 * Turns events into commands. Called again after a crash or an error, so every effect is a command with `commandId` or an
 * `after`. Keys run at the same time, each in order; the cursor moves when all of a batch are through.
 */
export interface Reactor<Event extends DomainEvent = DomainEvent> extends Following<Event> {
  /** Keys in hand at once; default 500. */
  readonly concurrency?: number;
  react(event: FeedEvent<Event>, reaction: Reaction): Promise<void>;
}

export type Consumer = Projection | Reactor;

export const isProjection = (consumer: Consumer): consumer is Projection => 'apply' in consumer;

/** Never held up by a parked key: a person's right does not wait for an operator. */
export const PARTY_ERASED = PartyErasedV1.type;

/** Whether a consumer wants events of this type from this source. */
export function follows(consumer: Consumer, source: string, type: string): boolean {
  return consumer.sources.some(
    ({ service, types }) => service === source && (types === undefined || types.includes(type)),
  );
}

/** Whether an event of this type is handled although an earlier one of its key was not. */
export function passesHeldKeys(consumer: Consumer, type: string): boolean {
  return type === PARTY_ERASED || (consumer.passes?.includes(type) ?? false);
}

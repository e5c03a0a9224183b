/** A value that survives JSON unchanged. Stored events hold nothing else: ISO strings for times, integers for money. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A business fact as a decider emits it. Type and data are the storage format: add fields, never change them. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** Valid time (ISO 8601, UTC) where it differs from the command's. */
  readonly occurredAt?: string;
  /** The loop that this fact belongs to, where the decision knows it; otherwise the caller's loop travels on. */
  readonly loopId?: string;
}

/** Who caused an event and what led to it. Never holds a personal value. */
export interface EventMeta {
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly actor: string;
  readonly loopId?: string;
  readonly hop?: string;
  /** Hash of the content of a fact with a natural key: tells a duplicate from a conflict for ever. */
  readonly fingerprint?: string;
  /** The span that stored it, as W3C `traceparent`; only where that trace is kept. */
  readonly traceparent?: string;
}

/** What is known of a stored event besides its type and data. */
export interface RecordedFacts {
  readonly lane: number;
  /** Gapless within the lane, from 1. */
  readonly position: bigint;
  readonly eventId: string;
  readonly streamId: string;
  readonly category: string;
  /** Version of the stream after this event, from 1. */
  readonly version: number;
  /** Partition key: the party id where there is one, else the stream id. Everything of one key is in order. */
  readonly key: string;
  readonly schemaVersion: number;
  readonly meta: EventMeta;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** A stored event; a union of events distributes, so that `switch (event.type)` narrows `event.data`. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event extends DomainEvent
  ? RecordedFacts & { readonly type: Event['type']; readonly data: Event['data'] }
  : never;

import type { DomainEvent, RecordedEvent, RecordedFacts } from '@crm/event-sourcing';

/** What is known of an event in a feed besides its type and data: the facts of the log, and which log. */
export interface FeedFacts extends RecordedFacts {
  /** The service whose log it stands in. */
  readonly source: string;
  /** Of the source: positions of another incarnation mean other events. */
  readonly incarnation: string;
}

/**
 * An event as a consumer gets it: of its own service as stored, of another one as its contract says.
 * A public event says nothing about streams: `category` is empty and `version` 0; an internal one has no `streamId` either.
 */
export type FeedEvent<Event extends DomainEvent = DomainEvent> = Event extends DomainEvent
  ? FeedFacts & { readonly type: Event['type']; readonly data: Event['data'] }
  : never;

/** Turns a stored event into what its contract says, or keeps it to the service. */
export type Publish = (event: RecordedEvent) => { readonly type: string; readonly data: unknown } | undefined;

/** The type under which a position goes out whose event its service keeps to itself. */
export const internalTypeOf = (service: string): string => `crm.${service}.internal.v1`;

const CONTRACT_VERSION = /\.v(\d+)$/;

/** The public view of a stored event: exactly what an envelope on a topic can carry. */
export function publicView(event: RecordedEvent, publish: Publish, source: string, incarnation: string): FeedEvent {
  const published = publish(event);
  const { type, data } = published ?? { type: internalTypeOf(source), data: {} };
  const { correlationId, causationId, loopId, hop, traceparent } = event.meta;
  return {
    source,
    incarnation,
    lane: event.lane,
    position: event.position,
    eventId: event.eventId,
    streamId: published === undefined ? '' : event.streamId,
    category: '',
    version: 0,
    key: event.key,
    schemaVersion: Number(CONTRACT_VERSION.exec(type)?.[1] ?? 1),
    type,
    data,
    meta: {
      correlationId,
      causationId,
      actor: `service:${source}`,
      ...(loopId === undefined ? {} : { loopId }),
      ...(hop === undefined ? {} : { hop }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
  };
}

import { inSpan, openSpan, type SpanWish } from '@crm/event-sourcing';
import type { FeedEvent } from './feed-event.js';

/** Who reads what is older reads history, and does not carry on what led to it. */
const FRESH_MS = 3_600_000;

/** The trace that an event carries on; none unless it was kept, and the event is fresh. */
export function traceOf({ meta, recordedAt }: FeedEvent): string | undefined {
  if (meta.traceparent === undefined) return undefined;
  return Date.parse(recordedAt) > Date.now() - FRESH_MS ? meta.traceparent : undefined;
}

/** Carries out what follows from one event, in a span of its trace if it has one. */
export function inEventSpan<T>(name: string, event: FeedEvent, work: () => Promise<T>): Promise<T> {
  const wish = wishOf(name, event);
  return wish === undefined ? work() : inSpan(wish, work);
}

/** Carries out what is done with events together, in a span for each that has a trace. Without traces it costs a look at each event. */
export async function inEventSpans<T>(name: string, events: readonly FeedEvent[], work: () => Promise<T>): Promise<T> {
  const spans = events.flatMap((event) => wishOf(name, event) ?? []).map(openSpan);
  if (spans.length === 0) return work();
  try {
    const result = await work();
    for (const span of spans) span.end();
    return result;
  } catch (error) {
    for (const span of spans) span.end(error);
    throw error;
  }
}

function wishOf(name: string, event: FeedEvent): SpanWish | undefined {
  const parent = traceOf(event);
  if (parent === undefined) return undefined;
  const { source, type, lane, position, meta } = event;
  const attributes = {
    'crm.source': source,
    'crm.event.type': type,
    'crm.lane': lane,
    'crm.position': String(position),
    'crm.correlation_id': meta.correlationId,
  };
  return { name, kind: 'consumer', attributes, parent };
}

import {
  context,
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Codes, names and counts; never a personal value, and no id of a person. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What a span is to be. */
export interface SpanWish {
  readonly name: string;
  /** Whether it answers somebody, asks somebody, carries on what came over the log or a queue, or is a step inside the process. */
  readonly kind: keyof typeof KINDS;
  readonly attributes?: SpanAttributes;
  /** The span elsewhere that it belongs to, as W3C `traceparent`. Default: the active one; with none a new trace begins. */
  readonly parent?: string | undefined;
}

/** A span under way; without a running SDK it costs next to nothing and goes nowhere. */
export interface OpenSpan {
  /** As it is sent along to others, sampled or not; undefined when nobody traces. */
  readonly traceparent: string | undefined;
  /** Runs work, and everything that it awaits, with this span as the active one. */
  within<T>(work: () => T): T;
  set(attributes: SpanAttributes): void;
  /** Ends it, as failed when there is an error or a code of one: of an error only the name is kept, its message may hold a personal value. */
  end(error?: unknown): void;
}

/** Begins a span that somebody ends. Where the work is one function, `inSpan` does both. */
export function openSpan({ name, kind, attributes = {}, parent }: SpanWish): OpenSpan {
  const remote = parent === undefined ? undefined : parse(parent);
  const around = remote === undefined ? context.active() : trace.setSpanContext(context.active(), remote);
  const span = trace.getTracer('crm').startSpan(name, { kind: KINDS[kind], attributes }, around);
  const inside = trace.setSpan(around, span);
  return {
    traceparent: traceparentOf(span),
    within: (work) => context.with(inside, work),
    set: (more) => void span.setAttributes(more),
    end: (error) => {
      if (error !== undefined) fail(span, error);
      span.end();
    },
  };
}

/** Carries out work in a span of its own. */
export async function inSpan<T>(wish: SpanWish, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const span = openSpan(wish);
  try {
    const result = await span.within(() => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** The active span as W3C `traceparent`, for what is stored; undefined unless it is sampled. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan();
  const isSampled = span !== undefined && (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  return isSampled ? traceparentOf(span) : undefined;
}

/** Id of the active trace, for log lines. */
export function activeTraceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}

function traceparentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function parse(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
}

function fail(span: Span, error: unknown): void {
  const type = typeof error === 'string' ? error : 'unknown';
  span.setAttribute('error.type', error instanceof Error ? error.name : type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

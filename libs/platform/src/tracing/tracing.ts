import { setTimeout as sleep } from 'node:timers/promises';
import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Logger } from '../logging/logger.js';

const EXPORT_MS = 5_000;
// Several consumers end a batch of 2,000 events at once.
const MOST_WAITING = 16_384;
const EVERY_MS = 2_000;

/** Where spans go, and how many. */
export interface TracingOptions {
  /** `service.name` of everything in this process. */
  readonly service: string;
  /** Of an OTLP collector over HTTP, without the path: `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Share of the traces begun here that are kept, from 0 to 1; one begun elsewhere is kept as it was decided there. Default: 1. */
  readonly ratio?: number;
  /** Told when spans could not be sent; nothing else ever hears of it. */
  readonly logger?: Pick<Logger, 'warn'>;
}

/** Tracing of this process. */
export interface Tracing {
  /** Sends what is left, for at most 5 s, and ends. */
  stop(): Promise<void>;
}

/** Begins to trace this process. A collector that is away costs spans and nothing else. */
export function startTracing({ service, endpoint, ratio = 1, logger }: TracingOptions): Tracing {
  if (logger !== undefined) diag.setLogger(toDiagnostics(logger), { logLevel: DiagLogLevel.WARN });
  const exporter = new OTLPTraceExporter({
    url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href,
    timeoutMillis: EXPORT_MS,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: EVERY_MS, maxQueueSize: MOST_WAITING })],
  });
  provider.register();
  return {
    stop: async () => {
      await Promise.race([provider.shutdown().catch(() => undefined), sleep(EXPORT_MS, undefined, { ref: false })]);
      trace.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}

function toDiagnostics(logger: Pick<Logger, 'warn'>): Parameters<typeof diag.setLogger>[0] {
  const nothing = (): void => undefined;
  const warn = (message: string): void => logger.warn({ tracing: message }, 'spans could not be sent');
  return { error: warn, warn, info: nothing, debug: nothing, verbose: nothing };
}

import { activeTraceId, currentContext, inSpan, type OpenSpan } from '@crm/event-sourcing';
import type { ServiceTokens } from '../auth/service-tokens.js';
import type { ServiceName } from '@crm/contracts';

const TIMEOUT_MS = 30_000;

/** Another service did not do what it was asked. `transient` says that asking again may help. */
export class ServiceCallFailed extends Error {
  constructor(
    readonly service: ServiceName,
    readonly status: number,
    readonly code: string,
  ) {
    super(`${service} answered ${String(status)} ${code}`);
    this.name = 'ServiceCallFailed';
  }

  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface CallParts {
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/** Calls to other services over HTTP with this service's own token. Answers pass through memory only. */
export class ServiceClients {
  constructor(
    private readonly tokens: ServiceTokens,
    private readonly urlOf: (service: ServiceName) => string,
  ) {}

  /** GET of a path; throws `ServiceCallFailed`. */
  get<Body>(service: ServiceName, path: string, timeoutMs?: number): Promise<Body> {
    return this.call(service, 'GET', path, { timeoutMs });
  }

  /** POST of a body; with an idempotency key it may be repeated. Throws `ServiceCallFailed`. */
  post<Body>(service: ServiceName, path: string, body: unknown, idempotencyKey?: string): Promise<Body> {
    return this.call(service, 'POST', path, { body, idempotencyKey });
  }

  private call<Body>(
    service: ServiceName,
    method: string,
    path: string,
    { body, idempotencyKey, timeoutMs = TIMEOUT_MS }: CallParts,
  ): Promise<Body> {
    const request = {
      method,
      timeoutMs,
      headers: {
        'x-correlation-id': currentContext().correlationId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    // What nobody's request led to, such as a poll, begins no trace.
    if (activeTraceId() === undefined) return this.send(service, path, request);
    const attributes = { 'http.request.method': method, 'peer.service': service };
    return inSpan({ name: `${method} ${service}`, kind: 'client', attributes }, (span) =>
      this.send(service, path, request, span),
    );
  }

  private async send<Body>(
    service: ServiceName,
    path: string,
    { timeoutMs, ...request }: OutgoingRequest,
    span?: OpenSpan,
  ): Promise<Body> {
    const token = await this.tokens.tokenFor(service);
    const response = await fetch(new URL(path, this.urlOf(service)), {
      ...request,
      headers: {
        ...request.headers,
        authorization: `Bearer ${token}`,
        ...(span?.traceparent === undefined ? {} : { traceparent: span.traceparent }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new ServiceCallFailed(service, 0, error instanceof Error ? error.name : 'unreachable');
    });
    span?.set({ 'http.response.status_code': response.status });
    const answer = (await response.json().catch(() => ({}))) as { readonly code?: string };
    if (!response.ok) throw new ServiceCallFailed(service, response.status, answer.code ?? 'unknown');
    return answer as Body;
  }
}

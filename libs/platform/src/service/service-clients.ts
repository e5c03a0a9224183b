import { currentContext } from '@crm/event-sourcing';
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

/** Calls to other services over HTTP with this service's own token. Answers pass through memory only. */
export class ServiceClients {
  constructor(
    private readonly tokens: ServiceTokens,
    private readonly urlOf: (service: ServiceName) => string,
  ) {}

  /** GET of a path; throws `ServiceCallFailed`. */
  get<Body>(service: ServiceName, path: string): Promise<Body> {
    return this.call(service, 'GET', path);
  }

  /** POST of a body; with an idempotency key it may be repeated. Throws `ServiceCallFailed`. */
  post<Body>(service: ServiceName, path: string, body: unknown, idempotencyKey?: string): Promise<Body> {
    return this.call(service, 'POST', path, body, idempotencyKey);
  }

  private async call<Body>(
    service: ServiceName,
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Body> {
    const token = await this.tokens.tokenFor(service);
    const response = await fetch(new URL(path, this.urlOf(service)), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-correlation-id': currentContext().correlationId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new ServiceCallFailed(service, 0, error instanceof Error ? error.name : 'unreachable');
    });
    const answer = (await response.json().catch(() => ({}))) as { readonly code?: string };
    if (!response.ok) throw new ServiceCallFailed(service, response.status, answer.code ?? 'unknown');
    return answer as Body;
  }
}

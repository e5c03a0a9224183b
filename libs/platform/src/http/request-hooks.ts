import { newId, openSpan, Rejected, runInContext, type Clock } from '@crm/event-sourcing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ApiKeys } from '../auth/api-keys.js';
import type { Principal } from '../auth/principal.js';
import type { TokenVerifier } from '../auth/token-verifier.js';
import type { HttpMetrics } from '../metrics/http-metrics.js';
import type { RouteTable } from '../openapi/route-table.js';
import type { RateLimits } from './rate-limits.js';
import { parseReadAfter, waitForReadModels, type ReadAfterGate } from './read-after.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface HookParts {
  readonly verifier: TokenVerifier;
  readonly apiKeys: ApiKeys;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly gate: ReadAfterGate | undefined;
  readonly metrics: HttpMetrics;
  readonly logger: Logger;
  readonly routes: RouteTable;
}

/**
 * What happens to every request before and after its handler. Who sends it is known before its body is read;
 * the context is entered last, because reading the body would lose it.
 */
export function addRequestHooks(fastify: FastifyInstance, parts: HookParts): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const correlationId = correlationIdOf(request);
    request.crm = { correlationId, principal: undefined };
    beginSpan(request, correlationId);
    reply.header('X-Correlation-Id', correlationId);
    if (request.is404) refuseOtherMethod(request, reply, parts.routes);
    if (request.routeOptions.config.public === true || request.is404) return;
    const principal = await parts.limits.guardingFailures(request.ip, () => principalOf(request, parts));
    request.crm = { correlationId, principal };
    parts.limits.count(principal.client);
    const { scope } = request.routeOptions.config;
    if (scope !== undefined && !principal.scopes.has(scope))
      throw new Rejected('scope-missing', `The route needs the scope ${scope}`, { status: 403, extensions: { scope } });
  });

  fastify.addHook('preHandler', async (request) => {
    const { readModels } = request.routeOptions.config;
    const token = request.headers['read-after'];
    if (request.method !== 'GET' || typeof token !== 'string') return;
    const places = parseReadAfter(token);
    if (readModels === undefined || parts.gate === undefined) return;
    await waitForReadModels(parts.gate, places, readModels);
  });

  fastify.addHook('preHandler', (request, _reply, done) => {
    const { correlationId, principal } = request.crm ?? { correlationId: newId(), principal: undefined };
    const enter = (): void =>
      runInContext({ correlationId, causationId: null, actor: principal?.actor ?? 'system' }, done);
    if (request.span === undefined) enter();
    else request.span.within(enter);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    observe(request, reply.statusCode, reply.elapsedTime, parts);
    endSpan(request, reply.statusCode);
    done();
  });
}

/** A path that is there, but not for this method, is no unknown path. */
function refuseOtherMethod(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): void {
  const methods = routes.methodsAt(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return;
  reply.header('Allow', methods.join(', '));
  throw new Rejected('method-not-allowed', `The path takes ${methods.join(', ')}`, { status: 405 });
}

async function principalOf(request: FastifyRequest, { verifier, apiKeys, clock }: HookParts): Promise<Principal> {
  const key = request.headers['x-api-key'];
  if (typeof key === 'string') return apiKeys.verify(key);
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token !== undefined) return verifier.verify(token, clock());
  throw new Rejected('token-missing', 'Send Authorization: Bearer <token>, or X-Api-Key', { status: 401 });
}

function correlationIdOf(request: FastifyRequest): string {
  const sent = request.headers['x-correlation-id'];
  return typeof sent === 'string' && UUID.test(sent) ? sent.toLowerCase() : newId();
}

/** The template of the route, never the URL: ids and queries may be personal. */
function observe(request: FastifyRequest, status: number, milliseconds: number, { metrics, logger }: HookParts): void {
  const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
  metrics.observe(request.method, route, status, milliseconds);
  if (request.routeOptions.config.public === true) return;
  logger.info(
    {
      method: request.method,
      route,
      status,
      ms: Math.round(milliseconds * 10) / 10,
      correlationId: request.crm?.correlationId,
      actor: request.crm?.principal?.actor,
      ...(request.problemCode === undefined ? {} : { code: request.problemCode }),
      ...traceOf(request),
    },
    'request',
  );
}

/** Continues the caller's trace, or begins one; what only polls for events begins none. */
function beginSpan(request: FastifyRequest, correlationId: string): void {
  const parent = request.headers['traceparent'];
  const { config, url = 'unknown' } = request.routeOptions;
  const isSent = typeof parent === 'string';
  if (config.public === true || request.is404 || (!isSent && config.scope === 'feeds:read')) return;
  request.span = openSpan({
    name: `${request.method} ${url}`,
    kind: 'server',
    attributes: { 'http.request.method': request.method, 'http.route': url, 'crm.correlation_id': correlationId },
    parent: isSent ? parent : undefined,
  });
}

function endSpan({ span }: FastifyRequest, status: number): void {
  span?.set({ 'http.response.status_code': status });
  span?.end(status >= 500 ? String(status) : undefined);
}

/** Of our own span, else of the caller's. */
function traceOf(request: FastifyRequest): { readonly traceId?: string } {
  const traceparent = request.span?.traceparent ?? request.headers['traceparent'];
  const [, traceId] =
    typeof traceparent === 'string'
      ? (/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent) ?? [])
      : [];
  return traceId === undefined ? {} : { traceId };
}

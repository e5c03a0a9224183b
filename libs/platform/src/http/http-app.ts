import { createHmac } from 'node:crypto';
import { ValidationPipe, type DynamicModule, type Type } from '@nestjs/common';
import { Rejected, type Clock, fingerprintOf } from '@crm/event-sourcing';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { ApiKeys } from '../auth/api-keys.js';
import type { TokenVerifier } from '../auth/token-verifier.js';
import { ImportStore } from '../bulk/import-store.js';
import { ProblemFilter, sendProblem } from '../errors/problem-filter.js';
import { fieldErrorsOf } from '../errors/validation-errors.js';
import { Health } from '../health/health.js';
import { NestLogger } from '../logging/logger.js';
import { createRegistry, HttpMetrics, type Registry } from '../metrics/http-metrics.js';
import { openApiDocument, type OpenApiDocument, type ServiceTitle } from '../openapi/document.js';
import { RouteTable } from '../openapi/route-table.js';
import { registerDocs } from '../openapi/swagger-ui.js';
import { AnswerInterceptor, ReadAfterTokens } from './answer-interceptor.js';
import { httpModule } from './http-module.js';
import { registerOperations } from './operations-routes.js';
import { RateLimits } from './rate-limits.js';
import type { ReadAfterGate } from './read-after.js';
import { addRequestHooks } from './request-hooks.js';
import { secure } from './secure.js';

/** Limits of one service's HTTP side. */
export interface HttpLimits {
  /** Default 1 MiB. Imports are streams without a limit. */
  readonly bodyBytes?: number;
  /** Per client. Default 60,000. */
  readonly requestsPerMinute?: number;
  /** Requests without a valid token, per address. Default 600. */
  readonly failuresPerMinute?: number;
}

export interface HttpAppOptions {
  readonly module: Type | DynamicModule;
  readonly serviceName: string;
  readonly title?: Partial<ServiceTitle>;
  readonly logger: Logger;
  readonly verifier: TokenVerifier;
  /** Database of the service; `PLATFORM_SCHEMA` must be in it. */
  readonly pool: Pool;
  /** Of the hashes under which requests are recognised when they are repeated. */
  readonly fingerprintKey: Uint8Array;
  /** Incarnation of the service's log, for `readAfter`. */
  readonly incarnation: () => Promise<string>;
  readonly readAfterGate?: ReadAfterGate;
  readonly health?: Health;
  readonly registry?: Registry;
  /** Serves `/metrics` beside the API. Default: only the management port has them. */
  readonly metricsPublic?: boolean | undefined;
  /** Comma list of addresses, networks, or `loopback`, `linklocal`, `uniquelocal`: their `X-Forwarded-For` names the client. Default: none. */
  readonly trustedProxies?: string | undefined;
  readonly limits?: HttpLimits | undefined;
  readonly clock?: Clock;
}

/** A service's HTTP side, initialised but not listening: call `app.listen`, or put it behind a server with `fastify.routing(req, res)`. */
export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly registry: Registry;
  readonly health: Health;
  readonly openApi: () => OpenApiDocument;
}

/** Builds a service's HTTP side. Throws when a route has neither `@Scope` nor `@Public`. */
export async function createHttpApp(options: HttpAppOptions): Promise<HttpApp> {
  const { serviceName, logger, pool, limits = {}, clock = Date.now } = options;
  const registry = options.registry ?? createRegistry(serviceName);
  const health = options.health ?? new Health();
  const metrics = new HttpMetrics(registry);
  const apiKeys = new ApiKeys(pool, clock);
  const tokens = new ReadAfterTokens(serviceName, options.incarnation);
  const routes = new RouteTable();

  const bodyLimit = limits.bodyBytes ?? 1_048_576;
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy: options.trustedProxies ?? false,
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (_: unknown, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(new Rejected('bad-request', 'The URL cannot be read', { status: 400 }), request, reply, logger);
    },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.decorate('fingerprint', (content: unknown) =>
    createHmac('sha256', options.fingerprintKey).update(fingerprintOf(content)).digest('base64url'),
  );
  fastify.addHook('onRoute', (route) => routes.add(route));
  addBodyParsers(adapter, fastify, bodyLimit);
  await secure(fastify);
  addRequestHooks(fastify, {
    verifier: options.verifier,
    apiKeys,
    limits: new RateLimits(limits.requestsPerMinute ?? 60_000, limits.failuresPerMinute ?? 600, clock),
    clock,
    gate: options.readAfterGate,
    metrics,
    logger,
    routes,
  });

  const imports = new ImportStore(pool);
  const root = httpModule({
    module: options.module,
    serviceName,
    apiKeys,
    imports,
    tokens,
    metrics,
    logger,
    health,
    pool,
  });
  const settings = { logger: new NestLogger(logger), abortOnError: false };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest types its options as a class
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, settings);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalInterceptors(new AnswerInterceptor(tokens));

  const openApi = (): OpenApiDocument => openApiDocument(routes, { ...titleOf(serviceName), ...options.title });
  registerOperations(fastify, health, options.metricsPublic === true ? registry : undefined);
  registerDocs(fastify, [{ name: serviceName, url: '/openapi.json' }], { '/openapi.json': openApi });
  await app.init();
  await fastify.ready();
  routes.refuseUnguarded();
  return { app, fastify, registry, health, openApi };
}

function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false },
    exceptionFactory: (errors) =>
      new Rejected('validation-failed', 'The request is not valid', { status: 400, errors: fieldErrorsOf(errors) }),
  });
}

/** JSON may be empty, as of a command without fields. Imports read the body themselves, line by line, as fast as they can store it. */
function addBodyParsers(adapter: FastifyAdapter, fastify: FastifyInstance, bodyLimit: number): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  adapter.useBodyParser('application/json', false, { bodyLimit }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parseJson(request, body.toString('utf8'), done);
  });
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(['application/x-ndjson', 'text/csv'], (_request, payload, done) => {
    done(null, payload);
  });
}

function titleOf(serviceName: string): ServiceTitle {
  return { title: `CRM ${serviceName}`, version: '1', description: `HTTP interface of the ${serviceName} service` };
}

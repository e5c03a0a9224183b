import type { IncomingMessage, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from '../auth/development-issuer.js';
import { registerDevelopmentIssuer } from '../auth/development-issuer-routes.js';
import { problem } from '../errors/problem.js';
import { secure } from '../http/secure.js';
import { Registry } from '../metrics/http-metrics.js';
import { metricsText } from '../metrics/metrics-text.js';
import { registerDocs } from '../openapi/swagger-ui.js';
import type { RunningService } from '../service/open-service.js';

type Routing = (request: IncomingMessage, response: ServerResponse) => void;

/** What stands before the services on their common port: routes by path, and serves what belongs to all of them. */
export interface Front {
  readonly handle: Routing;
  close(): Promise<void>;
}

/** Nouns that every service has; their second segment names it. */
const SHARED_NOUNS = new Set(['feeds', 'api-keys', 'dead-letters', 'projections']);

export async function createFront(
  services: readonly RunningService[],
  issuer: DevelopmentIssuer,
  metricsPublic: boolean,
): Promise<Front> {
  const routes = routesOf(services);
  const common = Fastify({ logger: false });
  await secure(common);
  common.setNotFoundHandler((_, reply) =>
    reply.status(404).type('application/problem+json').send(problem('not-found')),
  );
  registerDevelopmentIssuer(common, issuer);
  registerHealth(common, services);
  if (metricsPublic)
    common.get('/metrics', async (_, reply) => {
      const text = await metricsText(services.map(({ http }) => http.registry));
      return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(text);
    });
  registerDocs(
    common,
    services.map(({ name }) => ({ name, url: `/openapi/${name}.json` })),
    Object.fromEntries(services.map(({ name, http }) => [`/openapi/${name}.json`, http.openApi])),
  );
  await common.ready();
  const handle: Routing = (request, response) => {
    const fastify =
      routes.get(nounOf(request.url ?? '/')) ??
      (request.url?.startsWith('/v1/') === true ? services[0]?.http.fastify : common);
    (fastify ?? common).routing(request, response);
  };
  return { handle, close: () => common.close() };
}

function routesOf(services: readonly RunningService[]): ReadonlyMap<string, FastifyInstance> {
  const routes = new Map<string, FastifyInstance>();
  for (const { name, http } of services)
    for (const path of Object.keys(http.openApi().paths)) {
      const noun = nounOf(path);
      if (noun === '') continue;
      const taken = routes.get(noun);
      if (taken !== undefined && taken !== http.fastify)
        throw new Error(`${name} serves /v1/${noun}, which another service serves too`);
      routes.set(noun, http.fastify);
    }
  return routes;
}

function nounOf(url: string): string {
  const [, version, first = '', second = ''] = (url.split('?', 1)[0] ?? '').split('/');
  if (version !== 'v1') return '';
  return SHARED_NOUNS.has(first) ? `${first}/${second}` : first;
}

function registerHealth(common: FastifyInstance, services: readonly RunningService[]): void {
  common.get('/health/live', () => ({ status: 'up' }));
  common.get('/health/ready', async (_, reply) => {
    const states = await Promise.all(
      services.map(async ({ name, http }) => [name, await http.health.readiness()] as const),
    );
    const up = states.every(([, { status }]) => status === 'up');
    return reply.status(up ? 200 : 503).send({ status: up ? 'up' : 'down', services: Object.fromEntries(states) });
  });
}

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Health } from '../health/health.js';

/** Health, and metrics where they are public. Neither needs a token. */
export function registerOperations(
  fastify: FastifyInstance,
  health: Health,
  publicMetrics: Registry | undefined,
): void {
  const config = { public: true };
  fastify.get('/health/live', { config }, () => ({ status: 'up' }));
  fastify.get('/health/ready', { config }, async (_, reply) => {
    const readiness = await health.readiness();
    return reply.status(readiness.status === 'up' ? 200 : 503).send(readiness);
  });
  if (publicMetrics === undefined) return;
  fastify.get('/metrics', { config }, async (_, reply) =>
    reply.type(publicMetrics.contentType).send(await publicMetrics.metrics()),
  );
}

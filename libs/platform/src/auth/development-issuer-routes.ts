import type { FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from './development-issuer.js';

/** Serves `GET /dev-issuer/jwks` and `POST /dev-issuer/token` on a Fastify instance. */
export function registerDevelopmentIssuer(fastify: FastifyInstance, issuer: DevelopmentIssuer): void {
  fastify.get('/dev-issuer/jwks', { config: { public: true } }, () => issuer.jwks);
  fastify.post('/dev-issuer/token', { config: { public: true } }, async (request, reply) => {
    const { status, body } = await issuer.grant((request.body ?? {}) as Record<string, unknown>);
    return reply.status(status).header('Cache-Control', 'no-store').send(body);
  });
}

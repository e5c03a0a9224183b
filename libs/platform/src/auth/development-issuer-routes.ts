import type { FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from './development-issuer.js';

const FORM = 'application/x-www-form-urlencoded';

/** Serves `GET /dev-issuer/jwks` and `POST /dev-issuer/token` on a Fastify instance. */
export function registerDevelopmentIssuer(fastify: FastifyInstance, issuer: DevelopmentIssuer): void {
  const config = { public: true };
  fastify.register((scope, _, done) => {
    if (!scope.hasContentTypeParser(FORM))
      scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, parsed) => {
        parsed(null, Object.fromEntries(new URLSearchParams(String(body))));
      });
    scope.get('/dev-issuer/jwks', { config }, () => issuer.jwks);
    scope.post('/dev-issuer/token', { config }, async (request, reply) => {
      const { status, body } = await issuer.grant((request.body ?? {}) as Record<string, unknown>);
      return reply.status(status).header('Cache-Control', 'no-store').send(body);
    });
    done();
  });
}

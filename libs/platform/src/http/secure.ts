import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** The API answers JSON only; the policy is that of its Swagger UI. Plain HTTP stays usable inside a network. */
export async function secure(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
  });
}

import Fastify from 'fastify';
import type { DevelopmentIssuer } from '../auth/development-issuer.js';
import { registerDevelopmentIssuer } from '../auth/development-issuer-routes.js';
import { secure } from '../http/secure.js';

/** The development issuer on a port of its own. */
export interface IssuerServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves `/dev-issuer/jwks` and `/dev-issuer/token` to services that run as processes of their own. */
export async function serveDevelopmentIssuer(
  issuer: DevelopmentIssuer,
  { port, address }: { readonly port: number; readonly address: string },
): Promise<IssuerServer> {
  const fastify = Fastify({ logger: false, forceCloseConnections: 'idle' });
  await secure(fastify);
  registerDevelopmentIssuer(fastify, issuer);
  const url = await fastify.listen({ port, host: address });
  return { url, close: () => fastify.close() };
}

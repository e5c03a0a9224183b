import type { Principal } from '../auth/principal.js';

/** What the hooks know of a request before its handler runs. */
export interface RequestContext {
  readonly correlationId: string;
  readonly principal: Principal | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    crm?: RequestContext;
    problemCode?: string;
  }
}

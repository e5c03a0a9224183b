import type { OpenSpan } from '@crm/event-sourcing';
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
    /** Of the request, where it is traced. */
    span?: OpenSpan;
  }
  interface FastifyInstance {
    /** Hash of a request's content, made with a key of the service: what was sent cannot be guessed from it. */
    fingerprint(content: unknown): string;
  }
}

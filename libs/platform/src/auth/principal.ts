import { scopesOf, type Scope } from './scopes.js';

/** Who sends a request: a user, a machine client or another service. */
export interface Principal {
  /** As it goes into the log: `user:<sub>`, `client:<key name>`, `service:<name>`. */
  readonly actor: string;
  /** Names the client for Idempotency-Key and rate limit. */
  readonly client: string;
  readonly roles: readonly string[];
  readonly scopes: ReadonlySet<Scope>;
  /** Organization unit, where the token carries one. */
  readonly org?: string;
}

/** The principal of a token or an API key. */
export function principalOf(actor: string, client: string, roles: readonly string[], org?: string): Principal {
  return { actor, client, roles, scopes: scopesOf(roles), ...(org === undefined ? {} : { org }) };
}

import { Rejected } from '@crm/event-sourcing';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { issuerKeys, IssuerUnavailable } from './issuer-keys.js';
import { principalOf, type Principal } from './principal.js';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;

/** Turns a bearer token into a principal, or throws `Rejected` with 401 (503 when the issuer's keys cannot be had). `now`: milliseconds since 1970. */
export interface TokenVerifier {
  verify(token: string, now?: number): Promise<Principal>;
}

export interface TokenVerifierOptions {
  readonly issuer: string;
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly jwks: URL | JSONWebKeySet;
  /** Tokens must be for this service, or for `crm`. */
  readonly serviceName: string;
}

/** Verifies JWTs of one OIDC issuer. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const keys: JWTVerifyGetKey =
    options.jwks instanceof URL ? issuerKeys(options.jwks) : createLocalJWKSet(options.jwks);
  return {
    async verify(token, now = Date.now()) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: [options.serviceName, 'crm'],
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          requiredClaims: ['sub', 'exp'],
          currentDate: new Date(now),
        });
        return principalOfClaims(payload);
      } catch (error) {
        throw rejected(error);
      }
    },
  };
}

function principalOfClaims(claims: JWTPayload): Principal {
  const roles = claims['roles'];
  if (claims.sub === undefined || !Array.isArray(roles) || !roles.every((role) => typeof role === 'string'))
    throw new errors.JWTClaimValidationFailed('roles', claims, 'roles');
  const org = typeof claims['org'] === 'string' ? claims['org'] : undefined;
  const kind = roles.includes('service') ? 'service' : 'user';
  return principalOf(`${kind}:${claims.sub}`, claims.sub, roles, org);
}

function rejected(error: unknown): Rejected {
  if (error instanceof errors.JWTExpired) return new Rejected('token-expired', 'Get a new token', { status: 401 });
  // What is no word on the token is a key that cannot be used.
  if (error instanceof IssuerUnavailable || !(error instanceof errors.JOSEError))
    return new Rejected('issuer-unavailable', 'The keys of the issuer cannot be fetched', {
      status: 503,
      retryAfter: 2,
    });
  return new Rejected('token-invalid', 'The token is not valid for this service', { status: 401 });
}

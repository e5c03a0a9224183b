import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** An issuer that does not answer is not asked again with every request. */
const ASK_AGAIN_MS = 5_000;

/** The issuer's keys cannot be had at present, so nobody can say whether a token is valid. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super('the keys of the issuer cannot be fetched', { cause });
    this.name = 'IssuerUnavailable';
  }
}

/**
 * The keys that an issuer publishes, fetched again every ten minutes and for a key that is not known. While the issuer does
 * not answer, or answers something else, those fetched last go on holding: tokens end by themselves.
 */
export function issuerKeys(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url);
  let askAgainAt = 0;
  let failure: unknown;
  return async (header, token) => {
    if (performance.now() >= askAgainAt)
      try {
        return await remote(header, token);
      } catch (error) {
        if (isAboutTheToken(error)) throw error;
        failure = error;
        askAgainAt = performance.now() + ASK_AGAIN_MS;
      }
    const known = remote.jwks();
    if (known === undefined) throw new IssuerUnavailable(failure);
    try {
      return await createLocalJWKSet(known)(header, token);
    } catch (error) {
      // The issuer may have a newer key by now.
      throw error instanceof errors.JWKSNoMatchingKey ? new IssuerUnavailable(failure) : error;
    }
  };
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

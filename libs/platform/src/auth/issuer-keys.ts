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

/** What holds while the issuer does not answer, or answers something else than its keys. */
interface Outage {
  readonly failure: unknown;
  /** The keys that were fetched last. */
  readonly known: JWTVerifyGetKey | undefined;
  askAgainAt: number;
}

/**
 * The keys that an issuer publishes, fetched again every ten minutes and for a key that is not known. While that fails, those
 * fetched last go on holding: tokens end by themselves.
 */
export function issuerKeys(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url);
  let outage: Outage | undefined;
  const fail = (failure: unknown): Outage => {
    const keys = outage === undefined ? remote.jwks() : undefined;
    const known = keys === undefined ? outage?.known : createLocalJWKSet(keys);
    return (outage = { failure, known, askAgainAt: performance.now() + ASK_AGAIN_MS });
  };
  return async (header, token) => {
    if (outage !== undefined && performance.now() < outage.askAgainAt) return keyDuring(outage, header, token);
    if (outage?.known !== undefined) {
      outage.askAgainAt = performance.now() + ASK_AGAIN_MS;
      // Behind this request, which need not wait for an issuer that may not answer at all.
      void remote.reload().then(() => (outage = undefined), fail);
      return keyDuring(outage, header, token);
    }
    try {
      const key = await remote(header, token);
      outage = undefined;
      return key;
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      return keyDuring(fail(error), header, token);
    }
  };
}

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

async function keyDuring({ known, failure }: Outage, ...of: Parameters<JWTVerifyGetKey>): Promise<Key> {
  if (known === undefined) throw new IssuerUnavailable(failure);
  try {
    return await known(...of);
  } catch (error) {
    // The issuer may have a newer key by now.
    if (isAboutTheToken(error) && !(error instanceof errors.JWKSNoMatchingKey)) throw error;
    throw new IssuerUnavailable(failure);
  }
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

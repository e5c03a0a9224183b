/** What came back for one try of a request. */
export type Tried =
  | { readonly status: number; readonly code?: string; readonly retryAfterSeconds?: number }
  | { readonly status: 'no answer' };

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * What the README advises clients to do: a request that was not answered, or answered that it may be tried again, is tried again
 * after a pause that doubles, under the same Idempotency-Key; an expired token is replaced. Everything else is an answer.
 * Gives the pause in milliseconds, or undefined where there is nothing to try again. `spread` is drawn from 0 to 1.
 */
export function pauseBefore(attempt: number, tried: Tried, spread: number): number | undefined {
  if (!mayBeTriedAgain(tried)) return undefined;
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  const own = longest * (0.5 + spread / 2);
  const asked = tried.status === 'no answer' ? 0 : (tried.retryAfterSeconds ?? 0) * 1000;
  return Math.max(own, asked);
}

function mayBeTriedAgain(tried: Tried): boolean {
  if (tried.status === 'no answer') return true;
  return AGAIN.has(tried.status) || tried.retryAfterSeconds !== undefined || tokenExpired(tried);
}

export function tokenExpired(tried: Tried): boolean {
  return tried.status === 401 && 'code' in tried && tried.code === 'token-expired';
}

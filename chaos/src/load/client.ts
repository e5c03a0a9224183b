import { setTimeout as wait } from 'node:timers/promises';
import { Draws } from '../draws.js';
import { pauseBefore, tokenExpired, type Tried } from './advice.js';

/** A request as the client sends it, as often as it takes. */
export interface Outgoing {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly readAfter?: string;
}

/** The answer that a client is left with. */
export interface Answer {
  /** 0 when there was none within its patience. */
  readonly status: number;
  readonly body: AnswerBody;
  readonly attempts: number;
  readonly ms: number;
  /** Why the last try failed, when there is no answer. */
  readonly why?: string;
}

/** What of an answer the harness looks at. */
export interface AnswerBody {
  readonly id?: string;
  readonly version?: number;
  readonly code?: string;
  readonly readAfter?: string;
  readonly outcomes?: readonly BatchOutcome[];
  readonly [more: string]: unknown;
}

export interface BatchOutcome {
  readonly index: number;
  readonly status: 'accepted' | 'duplicate' | 'conflict' | 'rejected';
  readonly id?: string;
  readonly problem?: { readonly code?: string };
}

export interface ClientOptions {
  readonly url: () => string;
  /** A token; a new one when the old one is refused as expired. */
  readonly token: (renew: boolean) => Promise<string>;
  /** How long one try may take. */
  readonly attemptMs: number;
  /** How long a request is tried. */
  readonly patienceMs: number;
  readonly onAttempt?: (key: string, attempt: number, why: string) => void;
  /** Ends every request that is still being tried. */
  readonly signal?: AbortSignal;
}

/** A client of the public HTTP interface that follows the advice for retries to the letter. */
export class AdvisedClient {
  private readonly spread = new Draws('client', 'spread');

  constructor(private readonly options: ClientOptions) {}

  async send(request: Outgoing): Promise<Answer> {
    const started = performance.now();
    for (let attempt = 1, renew = false; ; attempt++) {
      const { tried, body, why } = await this.attempt(request, renew);
      const ms = performance.now() - started;
      const pause = pauseBefore(attempt, tried, this.spread.between(0, 1));
      const status = tried.status === 'no answer' ? 0 : tried.status;
      if (pause === undefined) return { status, body, attempts: attempt, ms };
      this.options.onAttempt?.(request.key, attempt, why);
      if (ms + pause > this.options.patienceMs || this.options.signal?.aborted === true)
        return { status, body, attempts: attempt, ms, why };
      renew = tokenExpired(tried);
      await wait(pause, undefined, this.options.signal === undefined ? {} : { signal: this.options.signal }).catch(
        () => undefined,
      );
    }
  }

  private async attempt(
    { key, method, path, body, readAfter }: Outgoing,
    renew: boolean,
  ): Promise<{ readonly tried: Tried; readonly body: AnswerBody; readonly why: string }> {
    try {
      const response = await fetch(new URL(path, this.options.url()), {
        method,
        headers: {
          authorization: `Bearer ${await this.options.token(renew)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
          ...(readAfter === undefined ? {} : { 'read-after': readAfter }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.options.attemptMs),
      });
      const text = await response.text();
      const parsed = parse(text);
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
      const tried: Tried = {
        status: response.status,
        ...(parsed.code === undefined ? {} : { code: parsed.code }),
        ...(Number.isNaN(retryAfter) ? {} : { retryAfterSeconds: retryAfter }),
      };
      return { tried, body: parsed, why: `${response.status} ${parsed.code ?? ''}`.trimEnd() };
    } catch (error) {
      return { tried: { status: 'no answer' }, body: {}, why: reasonOf(error) };
    }
  }
}

/** A gateway's own error page is no JSON. */
function parse(text: string): AnswerBody {
  try {
    return text === '' ? {} : (JSON.parse(text) as AnswerBody);
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message;
}

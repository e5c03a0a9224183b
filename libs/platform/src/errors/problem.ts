import { CommandIdReused, ConcurrencyConflict, isTransientError, Rejected, type FieldError } from '@crm/event-sourcing';
import { HttpException } from '@nestjs/common';
import { problemSpec } from './problem-codes.js';

/** Body of `application/problem+json` (RFC 9457). Holds codes and pointers, never a value. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

/** A problem and what goes into the headers with it. `unexpected` holds an error that must be logged. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfter?: number;
  readonly unexpected?: unknown;
}

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  401: 'token-invalid',
  403: 'scope-missing',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  413: 'body-too-large',
  415: 'media-type-unsupported',
  429: 'too-many-requests',
};

/** Makes a problem of a registered code, or of an own one with a status. */
export function problem(
  code: string,
  detail?: string,
  status?: number,
  more: Readonly<Record<string, unknown>> = {},
): Problem {
  const spec = problemSpec(code);
  const title = spec?.title ?? sentence(code);
  return {
    ...more,
    type: `urn:crm:problem:${code}`,
    title,
    status: status ?? spec?.status ?? 409,
    detail: detail ?? title,
    code,
  };
}

/** What any error is answered with. `conditional`: the client named the version it expects. */
export function problemOf(error: unknown, conditional = false): ProblemAnswer {
  if (error instanceof Rejected) return ofRejected(error);
  if (error instanceof ConcurrencyConflict) {
    const more = { currentVersion: error.actualVersion };
    if (conditional) return { problem: problem('version-stale', 'Read the current version and try again', 412, more) };
    return {
      problem: problem('conflict', 'Others change the same thing at the moment; try again', 409),
      retryAfter: 1,
    };
  }
  if (error instanceof CommandIdReused)
    return { problem: problem('idempotency-key-reused', 'Use a new Idempotency-Key for another request') };
  if (error instanceof HttpException) return ofHttpException(error);
  if (isTransientError(error))
    return {
      problem: problem('store-unavailable', 'The database does not answer at the moment; try again'),
      retryAfter: 1,
      unexpected: error,
    };
  return { problem: problem('internal-error', 'The log holds the error under the correlation id'), unexpected: error };
}

function ofRejected({ code, message, details }: Rejected): ProblemAnswer {
  const more = { ...details.extensions, ...(details.errors === undefined ? {} : { errors: details.errors }) };
  const answer = problem(code, message, details.status ?? problemSpec(code)?.status ?? 409, more);
  return { problem: answer, ...(details.retryAfter === undefined ? {} : { retryAfter: details.retryAfter }) };
}

/** Nest and Fastify speak through HttpException only before a handler runs: unread bodies, unknown routes. */
function ofHttpException(error: HttpException): ProblemAnswer {
  const status = error.getStatus();
  if (status >= 500)
    return {
      problem: problem('internal-error', 'The log holds the error under the correlation id'),
      unexpected: error,
    };
  const unread = status === 400 && /json|unexpected|prototype|body/i.test(error.message);
  const code = unread ? 'malformed-json' : (CODE_OF_STATUS[status] ?? 'bad-request');
  return { problem: problem(code, undefined, status) };
}

function sentence(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One stable problem code: its HTTP status, its title, and when a client meets it. */
export interface ProblemSpec {
  readonly status: number;
  readonly title: string;
  readonly when: string;
}

const register = new Map<string, ProblemSpec>();

/** Adds problem codes to the register behind `docs/errors.md` and the titles of answers. The same code twice must mean the same. */
export function defineProblems<const Specs extends Readonly<Record<string, ProblemSpec>>>(specs: Specs): Specs {
  for (const [code, spec] of Object.entries(specs)) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)) throw new Error(`problem code ${code} is not kebab-case`);
    const known = register.get(code);
    if (known !== undefined && (known.status !== spec.status || known.title !== spec.title))
      throw new Error(`problem code ${code} is defined twice`);
    register.set(code, spec);
  }
  return specs;
}

/** What the register says about a code. */
export function problemSpec(code: string): ProblemSpec | undefined {
  return register.get(code);
}

/** Every registered problem, by code. */
export function allProblems(): readonly (ProblemSpec & { readonly code: string })[] {
  return [...register]
    .map(([code, spec]) => ({ code, ...spec }))
    .sort((left, right) => (left.code < right.code ? -1 : 1));
}

/** The problems that every service may answer with. */
export const problemCodes = defineProblems({
  'validation-failed': {
    status: 400,
    title: 'The request is not valid',
    when: 'A field is missing, unknown or not of its form; `errors` names each',
  },
  'malformed-json': { status: 400, title: 'The body is not JSON', when: 'The body cannot be read as JSON' },
  'bad-request': {
    status: 400,
    title: 'The request cannot be read',
    when: 'The request breaks HTTP itself, e.g. a broken URL',
  },
  'idempotency-key-malformed': {
    status: 400,
    title: 'The Idempotency-Key is malformed',
    when: 'The header is empty, longer than 128 characters or holds other than printable ones',
  },
  'if-match-malformed': {
    status: 400,
    title: 'The If-Match header is malformed',
    when: 'The header holds no version, quoted or plain',
  },
  'read-after-malformed': {
    status: 400,
    title: 'The Read-After token is malformed',
    when: 'The header is not a token of this API',
  },
  'list-query-invalid': {
    status: 400,
    title: 'The list query is not valid',
    when: 'A filter, order, limit or cursor names an unknown field or operator, or a bad value; `errors` names it',
  },
  'csv-header-invalid': {
    status: 400,
    title: 'The CSV header is not valid',
    when: 'The header line is missing, repeats a field or names an unknown one',
  },
  'occurred-at-in-future': {
    status: 400,
    title: 'The time lies in the future',
    when: 'A valid time lies more than 5 minutes ahead (code of a field at fault)',
  },
  'token-missing': {
    status: 401,
    title: 'A token is needed',
    when: 'The request has neither a bearer token nor an API key',
  },
  'token-expired': { status: 401, title: 'The token has expired', when: 'The token or API key was valid once' },
  'token-invalid': {
    status: 401,
    title: 'The token is not valid',
    when: 'Signature, issuer, audience or form of the token or API key is wrong, or it was revoked',
  },
  'scope-missing': {
    status: 403,
    title: 'The token does not allow this',
    when: 'No role of the token holds the scope of the route; `scope` names it',
  },
  'query-invalid': {
    status: 400,
    title: 'A query parameter is not valid',
    when: 'A parameter is out of its range; `errors` names it',
  },
  starting: {
    status: 503,
    title: 'The services are starting',
    when: 'The process listens already, but not all services are there yet; retry',
  },
  'not-found': { status: 404, title: 'Not found', when: 'There is no such route or thing' },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed',
    when: 'The route exists, but not for this method',
  },
  conflict: {
    status: 409,
    title: 'The request is in conflict',
    when: 'Another change came first, several times in a row; try again',
  },
  'natural-key-conflict': {
    status: 409,
    title: 'The fact is known with other content',
    when: 'The natural key was used before with other content',
  },
  'import-running': {
    status: 409,
    title: 'The import is still running',
    when: 'The same Idempotency-Key is being imported on another connection',
  },
  'rebuild-running': {
    status: 409,
    title: 'The read model is being rebuilt',
    when: 'Another rebuild of the same read model has not ended yet',
  },
  'api-key-name-taken': {
    status: 409,
    title: 'The name of the API key is taken',
    when: 'An API key that is not revoked has this name',
  },
  'party-erased': {
    status: 410,
    title: 'The party was erased',
    when: 'Something new is to be recorded about an erased party',
  },
  'version-stale': {
    status: 412,
    title: 'The version is stale',
    when: 'If-Match names another version than the current one',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    when: 'The body exceeds the limit; use the import for many items',
  },
  'media-type-unsupported': {
    status: 415,
    title: 'The media type is not supported',
    when: 'The Content-Type or Content-Encoding is not one that the route takes',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    when: 'The same key came with other content',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    when: 'The client exceeded its rate; Retry-After says when to go on',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    when: 'An error of the service; the log holds it under the correlation id',
  },
  'service-unreachable': {
    status: 502,
    title: 'The service does not answer',
    when: 'The gateway reaches no instance of the service, or the connection broke; retry with the same Idempotency-Key',
  },
  'service-too-slow': {
    status: 504,
    title: 'The service takes too long',
    when: 'An instance did not answer the gateway within a minute; retry with the same Idempotency-Key',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store is busy',
    when: 'The append queue is full or the database does not answer; retry with the same Idempotency-Key',
  },
  'read-after-timeout': {
    status: 503,
    title: 'The read model is behind',
    when: 'The read model did not reach the Read-After token within 2 seconds; try again',
  },
  'issuer-unavailable': {
    status: 503,
    title: 'The token issuer does not answer',
    when: 'The keys of the issuer cannot be fetched',
  },
});

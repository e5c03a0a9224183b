import type { Role } from '@crm/platform';

/** A refused request: the problem that the service answered with. */
export class RequestRefused extends Error {
  constructor(
    readonly status: number,
    readonly problem: { readonly code?: string; readonly detail?: string },
    request: string,
  ) {
    super(`${request}: ${String(status)} ${problem.code ?? ''} ${problem.detail ?? ''}`.trimEnd());
    this.name = 'RequestRefused';
  }
}

const ATTEMPTS = 30;
const PAUSE_MS = 500;
/** Nobody has carried the request out, or nobody knows; of 503 the services say that they have not. */
const NOT_CARRIED_OUT = 503;
const UNKNOWN_OUTCOMES = new Set([502, 504]);

type Lines = AsyncIterable<string> | Iterable<string>;

/** One request, and whether carrying it out twice is the same as once. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly idempotencyKey?: string | undefined;
  readonly repeatable: boolean;
  /** Made anew for every attempt. */
  readonly body?: () => NonNullable<RequestInit['body']>;
}

/** Speaks to the services over their public HTTP interface, as any client would; repeats what is safe to repeat. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly tokenOf: (role: Role) => Promise<string>,
    private readonly role: Role = 'admin',
  ) {}

  as(role: Role): ApiClient {
    return new ApiClient(this.url, this.tokenOf, role);
  }

  get<Body>(path: string): Promise<Body> {
    return this.send({ method: 'GET', path, repeatable: true });
  }

  /** All items of a list, page by page. */
  async all<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    const join = path.includes('?') ? '&' : '?';
    for (let after: string | null = ''; after !== null;) {
      const page: { readonly items: readonly Item[]; readonly next?: string | null } = await this.get(
        `${path}${join}limit=200${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      items.push(...page.items);
      after = page.next ?? null;
    }
    return items;
  }

  /** With an idempotency key the command is repeated safely after a lost answer. */
  post<Body>(path: string, body: unknown = {}, idempotencyKey?: string): Promise<Body> {
    const repeatable = idempotencyKey !== undefined;
    return this.send({ method: 'POST', path, ...json(body), idempotencyKey, repeatable });
  }

  put<Body>(path: string, body: unknown): Promise<Body> {
    return this.send({ method: 'PUT', path, ...json(body), repeatable: true });
  }

  /** Streams lines into an import. What was stored before the connection broke counts as duplicate the second time. */
  import<Body>(path: string, lines: () => Lines, contentType = 'application/x-ndjson'): Promise<Body> {
    const body = (): ReadableStream => ReadableStream.from(encoded(lines()));
    return this.send({ method: 'POST', path, contentType, body, repeatable: true });
  }

  private async send<Body>(request: Request): Promise<Body> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.attempt<Body>(request).catch((error: unknown) => {
        const again = error instanceof RequestRefused ? mayRepeat(error.status, request) : request.repeatable;
        if (!again || attempt === ATTEMPTS) throw error;
        return undefined;
      });
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async attempt<Body>({ method, path, contentType, idempotencyKey, body }: Request): Promise<Body> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${await this.tokenOf(this.role)}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: body(), duplex: 'half' }),
    });
    const text = await response.text();
    if (!response.ok) throw new RequestRefused(response.status, problemIn(text), `${method} ${path}`);
    return (text === '' ? {} : JSON.parse(text)) as Body;
  }
}

function mayRepeat(status: number, { repeatable }: Request): boolean {
  return status === NOT_CARRIED_OUT || (repeatable && UNKNOWN_OUTCOMES.has(status));
}

function json(body: unknown): Pick<Request, 'contentType'> & Required<Pick<Request, 'body'>> {
  return { contentType: 'application/json', body: () => JSON.stringify(body) };
}

/** What stands between client and service answers in words of its own. */
function problemIn(text: string): RequestRefused['problem'] {
  try {
    return JSON.parse(text) as RequestRefused['problem'];
  } catch {
    return {};
  }
}

async function* encoded(lines: Lines): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) yield encoder.encode(line);
}

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
    return this.send('GET', path);
  }

  /** With an idempotency key the command is repeated safely after a lost answer. */
  post<Body>(path: string, body: unknown = {}, idempotencyKey?: string): Promise<Body> {
    return this.send('POST', path, JSON.stringify(body), 'application/json', idempotencyKey);
  }

  put<Body>(path: string, body: unknown): Promise<Body> {
    return this.send('PUT', path, JSON.stringify(body), 'application/json');
  }

  /** Streams lines into an import. */
  async import<Body>(
    path: string,
    lines: AsyncIterable<string> | Iterable<string>,
    contentType = 'application/x-ndjson',
  ): Promise<Body> {
    const encoder = new TextEncoder();
    const source = (async function* () {
      for await (const line of lines) yield encoder.encode(line);
    })();
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.tokenOf(this.role)}`, 'content-type': contentType },
      body: ReadableStream.from(source),
      duplex: 'half',
    });
    return this.answer(response, `POST ${path}`);
  }

  private async send<Body>(
    method: string,
    path: string,
    body?: string,
    contentType?: string,
    idempotencyKey?: string,
  ): Promise<Body> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(new URL(path, this.url), {
        method,
        headers: {
          authorization: `Bearer ${await this.tokenOf(this.role)}`,
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (response.status !== 503 || attempt === ATTEMPTS) return this.answer(response, `${method} ${path}`);
      await response.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async answer<Body>(response: Response, request: string): Promise<Body> {
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Body;
    if (!response.ok) throw new RequestRefused(response.status, body as { code?: string }, request);
    return body;
  }
}

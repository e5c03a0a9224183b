import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient, RequestRefused } from './api-client.js';

type Behaviour = (response: ServerResponse) => void;

const cutOff: Behaviour = (response) => response.destroy();
const status =
  (code: number, body = '{}'): Behaviour =>
  (response) =>
    response.writeHead(code).end(body);

describe('a client of the services', () => {
  let server: Server;
  let client: ApiClient;
  let script: Behaviour[] = [];
  let received: { readonly line: string; readonly key: unknown; readonly body: string }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({
      line: `${request.method ?? ''} ${request.url ?? ''}`,
      key: request.headers['idempotency-key'],
      body,
    });
    (script.shift() ?? status(200, '{"ok":true}'))(response);
  };
  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    client = new ApiClient(`http://127.0.0.1:${String(port)}`, () => Promise.resolve('token'));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  beforeEach(() => {
    received = [];
  });

  it('asks again when a read is lost, refused by what stands in between, or comes too early', async () => {
    script = [cutOff, status(502, '<html>Bad Gateway</html>'), status(503), status(504)];
    expect(await client.get('/v1/orders')).toEqual({ ok: true });
    expect(received).toHaveLength(5);
  });

  it('repeats a command under its key, so that it is carried out once', async () => {
    script = [status(504), cutOff];
    await client.post('/v1/orders', { orderRef: '1' }, 'key 1');
    expect(received.map(({ key, body }) => [key, body])).toEqual(Array(3).fill(['key 1', '{"orderRef":"1"}']));
  });

  it('does not repeat a command without a key that may have been carried out', async () => {
    script = [status(502)];
    await expect(client.post('/v1/orders')).rejects.toThrow(RequestRefused);
    script = [cutOff];
    await expect(client.post('/v1/orders')).rejects.toThrow('fetch failed');
    script = [status(503)];
    expect(await client.post('/v1/orders')).toEqual({ ok: true });
  });

  it('streams an import again from its first line', async () => {
    script = [cutOff];
    await client.import('/v1/orders/import', () => ['{"a":1}\n', '{"a":2}\n']);
    expect(received.map(({ body }) => body)).toEqual(Array(2).fill('{"a":1}\n{"a":2}\n'));
  });

  it('does not repeat what was refused', async () => {
    script = [status(422, '{"code":"validation-failed","detail":"no"}')];
    await expect(client.put('/v1/x', {})).rejects.toThrow('PUT /v1/x: 422 validation-failed no');
    expect(received).toHaveLength(1);
  });
});

import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { end, findProgram, freePorts, startGateway, type LoggedProcess } from '@crm/local-stack';
import type { OpenApiDocument } from '@crm/platform';
import { startTestServices, until } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitions } from '../src/embedded/embedded-stack.js';
import { startEchoService, type Arrival, type EchoService } from './spec-kit/echo-service.js';

const GATEWAY = join(import.meta.dirname, '../../../infra/gateway');
const TEMPLATE = join(GATEWAY, 'nginx.conf.template');
const SHARED_NOUNS = ['api-keys', 'dead-letters', 'feeds', 'projections'];
const UPLOADS = ['application/x-ndjson', 'text/csv'];

const nounOf = (path: string): string => path.split('/')[2] ?? '';

/** The API as the services have it. */
let documents: ReadonlyMap<ServiceName, OpenApiDocument>;

const pathsOf = (service: ServiceName): readonly string[] => Object.keys(documents.get(service)?.paths ?? {});

beforeAll(async () => {
  const services = await startTestServices(definitions);
  documents = new Map(SERVICES.map((name) => [name, services.service(name).http.openApi()]));
  await services.stop();
});

describe('the table of the gateway', () => {
  it('names the nouns of every service, and no other', () => {
    const expected = SERVICES.map((service) => {
      const nouns = pathsOf(service)
        .map(nounOf)
        .filter((noun) => !SHARED_NOUNS.includes(noun));
      return `"~^/v1/(?:${[...new Set(nouns)].sort().join('|')})(?:/|$)" ${service};`;
    });
    const lines = readFileSync(TEMPLATE, 'utf8')
      .split('\n')
      .map((line) => line.trim());
    expect(lines.filter((line) => line.startsWith('"~^/v1/(?:') && !line.includes('?<named>'))).toEqual(expected);
  });

  it('routes by the second segment what every service has', () => {
    for (const service of SERVICES) {
      const shared = pathsOf(service).filter((path) => SHARED_NOUNS.includes(nounOf(path)));
      expect(new Set(shared.map(nounOf))).toEqual(new Set(SHARED_NOUNS));
      expect(shared.filter((path) => path.split('/')[3] !== service)).toEqual([]);
    }
  });

  it('tells streams from commands by the end of the path', () => {
    const streams = SERVICES.flatMap((service) =>
      Object.entries(documents.get(service)?.paths ?? {}).filter(([, methods]) =>
        UPLOADS.some((type) => JSON.stringify(methods).includes(`"${type}"`)),
      ),
    ).map(([path]) => path);
    expect(streams).not.toEqual([]);
    expect(streams.filter((path) => !path.endsWith('/import'))).toEqual([]);
  });
});

const describeWithNginx = findProgram('nginx') === undefined ? describe.skip : describe;

describeWithNginx('the gateway (skipped where nginx is not installed)', () => {
  let folder: string;
  let url: string;
  let gateway: LoggedProcess;
  const services = new Map<string, EchoService>();
  let secondSales: EchoService;
  let issuer: EchoService;

  const echo = async (path: string, init: RequestInit = {}): Promise<Arrival> => {
    const answer = await fetch(`${url}${path}`, init);
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as Arrival;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-gateway-'));
    // Root's nginx works as another user, who must be able to pass.
    await chmod(folder, 0o711);
    for (const service of SERVICES) services.set(service, await startEchoService(service));
    secondSales = await startEchoService('sales');
    issuer = await startEchoService('issuer');
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${String(port)}`;
    gateway = await startGateway({
      folder,
      port,
      instances: new Map(
        SERVICES.map((service) => [
          service,
          [services.get(service)!.port, ...(service === 'sales' ? [secondSales.port] : [])],
        ]),
      ),
      issuerPort: issuer.port,
    });
  });

  afterAll(async () => {
    await end(gateway, 10_000);
    for (const service of [...services.values(), secondSales, issuer]) await service.close();
    await rm(folder, { recursive: true });
  });

  it('brings every path of the API to the service that has it, as it was sent', async () => {
    for (const service of SERVICES)
      for (const path of pathsOf(service)) {
        const asked = `${path.replaceAll(/\{[^}]+\}/g, 'a%2Fb')}?filter=status%5Beq%5D:open`;
        const arrival = await echo(asked);
        expect([arrival.service, arrival.url]).toEqual([service, asked]);
      }
  });

  it('brings commands with their body, with and without a key', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(2_000_000) });
    const headers = { 'content-type': 'application/json' };
    const plain = await echo('/v1/parties', { method: 'POST', body, headers });
    const keyed = await echo('/v1/parties', { method: 'POST', body, headers: { ...headers, 'idempotency-key': 'a' } });
    expect([plain.bytes, keyed.bytes]).toEqual([body.length, body.length]);
    expect([plain.method, keyed.method, keyed.headers['idempotency-key']]).toEqual(['POST', 'POST', 'a']);
  });

  it('takes no larger body than a service would, except an import', async () => {
    const body = 'x'.repeat(3_000_000);
    const refused = await fetch(`${url}/v1/parties`, { method: 'POST', body, headers: { 'idempotency-key': 'a' } });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect([refused.status, await refused.json()]).toMatchObject([413, { status: 413, code: 'body-too-large' }]);
    expect(await echo('/v1/parties/import', { method: 'POST', body })).toMatchObject({ bytes: body.length });
  });

  it('tells the service who asked, and passes trace, correlation and version on', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = { traceparent, 'x-correlation-id': 'c-1', 'if-match': '"7"', 'x-forwarded-for': '203.0.113.9' };
    const { headers } = await echo('/v1/orders', { headers: sent });
    expect(headers).toMatchObject({ traceparent, 'x-correlation-id': 'c-1', 'if-match': '"7"' });
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', host: url.slice(7) });
    expect((await fetch(`${url}/v1/orders`)).headers.get('etag')).toBe('"7"');
  });

  it('believes only a proxy that it was told of who the client is', async () => {
    const folderBehind = await mkdtemp(join(tmpdir(), 'crm-gateway-'));
    await chmod(folderBehind, 0o711);
    const values: Readonly<Record<string, string>> = {
      CRM_GATEWAY_RESOLVER: '',
      CRM_GATEWAY_TRUSTED_PROXIES: 'set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.0/8;',
    };
    const network = readFileSync(join(GATEWAY, 'network.conf.template'), 'utf8');
    await writeFile(
      join(folderBehind, 'network.conf'),
      network.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name]!),
    );
    const [port = 0] = await freePorts(1);
    const instances = new Map(SERVICES.map((service) => [service, [services.get(service)!.port]]));
    const behind = await startGateway({ folder: folderBehind, port, instances, issuerPort: issuer.port });
    try {
      const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3' };
      const answer = await fetch(`http://127.0.0.1:${String(port)}/v1/loops`, { headers });
      expect(((await answer.json()) as Arrival).headers['x-forwarded-for']).toBe('203.0.113.9');
    } finally {
      await end(behind, 10_000);
      await rm(folderBehind, { recursive: true });
    }
  });

  it('streams an import while it is being sent, and its answer while it is being made', async () => {
    let goOn = (): void => undefined;
    const half = new Promise<void>((resolve) => (goOn = resolve));
    const lines = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode('{"line":1}\n'));
        await half;
        controller.enqueue(new TextEncoder().encode('{"line":2}\n'));
        controller.close();
      },
    });
    const answer = await fetch(`${url}/v1/orders/import`, {
      method: 'POST',
      body: lines,
      duplex: 'half',
    });
    expect(answer.status).toBe(200);
    goOn();
    expect(((await answer.json()) as Arrival).bytes).toBe(22);
  });

  it('keeps its connections to the services', async () => {
    const before = (await echo('/v1/loops')).connections;
    for (let request = 0; request < 20; request++) await echo('/v1/loops');
    expect((await echo('/v1/loops')).connections).toBeLessThanOrEqual(before + 4);
  });

  it('serves documents, health and the issuer from where they are', async () => {
    for (const service of SERVICES) {
      expect(await echo(`/openapi/${service}.json`)).toMatchObject({ service, url: '/openapi.json' });
      expect(await echo(`/health/${service}/ready`)).toMatchObject({ service, url: '/health/ready' });
    }
    expect(await echo('/dev-issuer/jwks')).toMatchObject({ service: 'issuer', url: '/dev-issuer/jwks' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await echo('/docs/swagger-ui.css')).url).toBe('/docs/swagger-ui.css');
    const start = await (await fetch(`${url}/docs/start.js`)).text();
    for (const service of SERVICES) expect(start).toContain(`'${service}'`);
  });

  it.each(['/', '/v1/unheard-of', '/v1/feeds/unheard-of', '/openapi/unheard-of.json', '/metrics', '/v1/ordersX'])(
    'answers with a problem that no service has %s',
    async (path) => {
      const answer = await fetch(`${url}${path}`);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect([answer.status, await answer.json()]).toMatchObject([404, { status: 404, code: 'not-found' }]);
    },
  );

  it('asks another instance when one breaks off, unless that could do a thing twice', async () => {
    secondSales.breakOff();
    const asked = Array.from({ length: 4 }, (_, index) => index);
    for (const number of asked)
      await echo(`/v1/orders?again=${String(number)}`, {
        method: 'POST',
        headers: { 'idempotency-key': String(number) },
      });
    expect(secondSales.arrivals.some(({ url: path }) => path.includes('again='))).toBe(true);
    const refused = await until(async () => {
      const answer = await fetch(`${url}/v1/orders`, { method: 'POST' });
      return answer.status === 200 ? undefined : answer;
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect([refused.status, await refused.json()]).toMatchObject([502, { status: 502, code: 'service-unreachable' }]);
  });

  it('answers with a problem while a service is away', async () => {
    await services.get('marketing')!.close();
    const answer = await fetch(`${url}/v1/campaigns?filter=name[eq]:Canary`);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([answer.status, await answer.json()]).toMatchObject([502, { code: 'service-unreachable' }]);
  });

  it('logs what was asked for without queries, ids and values', async () => {
    await echo('/v1/parties/canary-id?email=canary%40example.org');
    const log = await until(async () => {
      const text = await readFile(join(folder, 'gateway.log'), 'utf8');
      return text.includes('"path":"/v1/campaigns"') && text.includes('"service":"customer-information"') && text;
    });
    expect(log).not.toMatch(/canary/i);
    for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('status');
  });
});

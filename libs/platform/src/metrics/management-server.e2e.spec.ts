import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Health } from '../health/health.js';
import { createRegistry, HttpMetrics } from './http-metrics.js';
import { createManagementServer } from './management-server.js';

describe('the management port', () => {
  const services = ['sales', 'service'].map((name) => ({
    registry: createRegistry(name),
    health: new Health([{ name: `${name} database`, check: () => Promise.resolve({ ok: name === 'sales' }) }]),
  }));
  let server: Server;

  beforeAll(async () => {
    for (const { registry } of services) new HttpMetrics(registry).observe('GET', '/v1/tasks', 200, 5);
    server = createManagementServer(services).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const get = (path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`);

  it('has the metrics of every service', async () => {
    const text = await (await get('/metrics')).text();
    expect(text.match(/# HELP http_request_duration_seconds /g)).toHaveLength(1);
    for (const name of ['sales', 'service'])
      expect(text).toMatch(new RegExp(`http_request_duration_seconds_count\\{[^}]*service="${name}"[^}]*\\} 1`));
  });

  it('is ready when every service is', async () => {
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'down', checks: { 'sales database': { ok: true }, 'service database': { ok: false } } },
    ]);
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/v1/tasks')).status).toBe(404);
  });
});

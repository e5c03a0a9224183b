import { createServer, type Server } from 'node:http';
import { Registry } from 'prom-client';
import type { Health } from '../health/health.js';

/** Metrics and health of one or more services on a port of its own, which needs no token and is not to be published. */
export function createManagementServer(
  services: readonly { readonly registry: Registry; readonly health: Health }[],
): Server {
  return createServer((request, response) => {
    void managementAnswer(services, request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'Content-Type': type }).end(body);
    });
  });
}

interface ManagementAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function managementAnswer(
  services: readonly { readonly registry: Registry; readonly health: Health }[],
  url: string,
): Promise<ManagementAnswer> {
  const json = (status: number, content: unknown): ManagementAnswer => ({
    status,
    type: 'application/json',
    body: JSON.stringify(content),
  });
  if (url === '/health/live') return json(200, { status: 'up' });
  if (url === '/health/ready') {
    const states = await Promise.all(services.map(({ health }) => health.readiness()));
    const up = states.every(({ status }) => status === 'up');
    return json(up ? 200 : 503, {
      status: up ? 'up' : 'down',
      checks: Object.assign({}, ...states.map(({ checks }) => checks)) as unknown,
    });
  }
  if (url === '/metrics') {
    const registry = Registry.merge(services.map((service) => service.registry));
    return { status: 200, type: registry.contentType, body: await registry.metrics() };
  }
  return json(404, { status: 'not found' });
}

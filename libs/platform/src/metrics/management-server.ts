import { createServer, type Server } from 'node:http';
import { Registry } from 'prom-client';
import type { Health } from '../health/health.js';
import { metricsText } from './metrics-text.js';
import { processMetrics } from './process-metrics.js';

/** Metrics and health of one or more services on a port of its own, which needs no token and is not to be published. */
export function createManagementServer(
  services: readonly { readonly registry: Registry; readonly health: Health }[],
): Server {
  return createServer((request, response) => {
    managementAnswer(services, request.url ?? '/')
      .catch(() => ({ status: 500, type: 'text/plain', body: '' }))
      .then(({ status, type, body }) => response.writeHead(status, { 'Content-Type': type }).end(body))
      .catch(() => response.destroy());
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
    const registries = [...services.map(({ registry }) => registry), processMetrics()];
    return { status: 200, type: Registry.PROMETHEUS_CONTENT_TYPE, body: await metricsText(registries) };
  }
  return json(404, { status: 'not found' });
}

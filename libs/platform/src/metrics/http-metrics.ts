import { Counter, Histogram, Registry } from 'prom-client';

export { Registry } from 'prom-client';

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** A registry whose metrics carry the service's name; others add their gauges to it. */
export function createRegistry(serviceName: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: serviceName });
  return registry;
}

/** Durations of requests by method, route template and status, and imported lines by outcome. */
export class HttpMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly lines: Counter<'noun' | 'outcome'>;

  constructor(readonly registry: Registry) {
    this.durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of HTTP requests',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [registry],
    });
    this.lines = new Counter({
      name: 'import_lines_total',
      help: 'Imported lines',
      labelNames: ['noun', 'outcome'],
      registers: [registry],
    });
  }

  observe(method: string, route: string, status: number, milliseconds: number): void {
    this.durations.observe({ method, route, status: String(status) }, milliseconds / 1000);
  }

  countLines(noun: string, outcome: string, lines: number): void {
    if (lines > 0) this.lines.inc({ noun, outcome }, lines);
  }
}

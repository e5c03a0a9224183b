import type { AppendObserver } from '@crm/event-sourcing';
import { Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long commands wait for their events to be stored, the wait for the flush before them included. */
export function appendMetrics(registry: Registry): AppendObserver {
  const durations = new Histogram({
    name: 'event_append_duration_seconds',
    help: 'Time until an append is answered, by what became of it',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return (outcome, ms) => durations.observe({ outcome }, ms / 1000);
}

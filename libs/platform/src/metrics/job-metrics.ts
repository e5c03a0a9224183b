import type { Jobs } from '@crm/jobs';
import type { Registry } from 'prom-client';
import { addGauge } from './scraped-gauge.js';

/** What jobs have to do, and whether their queue answers. */
export function addJobMetrics(registry: Registry, jobs: Jobs): void {
  addGauge(registry, {
    name: 'job_intents',
    help: 'Jobs that are due, that wait for their time or their next attempt, and that failed for good',
    labels: ['state'],
    read: async () =>
      Object.entries(await jobs.counts()).map(([state, value]) => ({ labels: { state }, value: Number(value) })),
  });
  addGauge(registry, {
    name: 'job_queue_up',
    help: 'Whether this process reaches the job queue; while it does not, jobs wait in the database',
    labels: [],
    read: () => Promise.resolve([{ labels: {}, value: jobs.queueIsReachable ? 1 : 0 }]),
  });
}

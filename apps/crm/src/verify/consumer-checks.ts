import { checked, type CheckResult } from './check.js';
import type { Services } from './deployment.js';
import { consumersStanding, isComplete, type LaneStanding } from './standing.js';

const HELD = `SELECT consumer, sum(parked)::int AS parked, sum(dead)::int AS dead, sum(waiting)::int AS waiting FROM (
    SELECT consumer, 1 AS parked, 0 AS dead, 0 AS waiting FROM bus.parked_key
    UNION ALL SELECT consumer, 0, 1, 0 FROM bus.dead_letter WHERE status = 'open'
    UNION ALL SELECT consumer, 0, 0, 1 FROM bus.waiting) held
  WHERE consumer NOT LIKE 'rebuild:%' GROUP BY consumer ORDER BY consumer`;
/** A job may take its time; one that nobody has begun this long after it was due is stuck. */
const OVERDUE = `SELECT name, count(*)::int AS n FROM jobs.intent
  WHERE state = 'pending' AND due_at < clock_timestamp() - interval '2 minutes' GROUP BY name ORDER BY name`;

const GIVEN_UP = `SELECT name, count(*)::int AS n FROM jobs.intent WHERE state = 'failed' GROUP BY name ORDER BY name`;

/** 4: every consumer stands exactly at the head of every source. */
export async function consumersAreComplete(services: Services): Promise<CheckResult> {
  const lanes = await consumersStanding(services);
  const breaches = lanes.filter((lane) => !isComplete(lane)).map(textOf);
  return checked(4, 'what is published is what was applied', `${String(lanes.length)} cursors`, breaches);
}

function textOf({ service, consumer, source, lane, position, atMost, otherLog }: LaneStanding): string {
  const where = `${service} ${consumer} ${source} lane ${String(lane)}`;
  if (otherLog) return `${where}: follows a log that ${source} has no more`;
  return `${where}: at ${String(position)} of ${String(atMost)}`;
}

/** 9: nothing waits, is parked or was given up, no job is overdue, and no consumer follows a log that was replaced. */
export async function nothingIsStalled(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let consumers = 0;
  for (const [name, service] of services) {
    consumers += service.consumers.length;
    const { pool } = service.context;
    const held = await pool.query<{ consumer: string; parked: number; dead: number; waiting: number }>(HELD);
    for (const { consumer, parked, dead, waiting } of held.rows)
      breaches.push(
        `${name} ${consumer}: ${String(parked)} parked keys, ${String(dead)} dead letters, ${String(waiting)} waiting`,
      );
    const overdue = await pool.query<{ name: string; n: number }>(OVERDUE);
    for (const job of overdue.rows) breaches.push(`${name} ${job.name}: ${String(job.n)} jobs overdue`);
    const givenUp = await pool.query<{ name: string; n: number }>(GIVEN_UP);
    for (const job of givenUp.rows) breaches.push(`${name} ${job.name}: ${String(job.n)} jobs given up`);
  }
  const stopped = (await consumersStanding(services)).filter(({ otherLog }) => otherLog);
  const names = new Set(
    stopped.map(({ service, consumer, source }) => `${service} ${consumer}: ${source} was restored`),
  );
  return checked(9, 'nothing is stalled', `${String(consumers)} consumers`, [...breaches, ...names]);
}

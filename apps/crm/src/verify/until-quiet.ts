import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from './deployment.js';
import { consumersStanding, isComplete } from './standing.js';

const LOOK_AGAIN_MS = 250;
const LEFT = `SELECT ((SELECT count(*) FROM bus.waiting)
  + (SELECT count(*) FROM jobs.intent WHERE state = 'pending' AND due_at <= clock_timestamp()))::int AS n`;

/**
 * Waits until every consumer has handled everything, nothing waits and no job is due, and two looks in a row find the same.
 * Whether that came in time; what is left then is the checks' business.
 */
export async function untilQuiet(services: Services, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  let before: string | undefined;
  while (performance.now() < until) {
    const now = await quietPositions(services);
    if (now !== undefined && now === before) return true;
    before = now;
    await sleep(LOOK_AGAIN_MS);
  }
  return false;
}

/** The positions as text while nothing is left to do. */
async function quietPositions(services: Services): Promise<string | undefined> {
  for (const { context } of services.values())
    if ((await context.pool.query<{ n: number }>(LEFT)).rows[0]?.n !== 0) return undefined;
  const lanes = await consumersStanding(services);
  return lanes.every(isComplete) ? lanes.map(({ position }) => position).join() : undefined;
}

import type { Intent, Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { keepMemberships } from './keep-memberships.js';

export const KEEP_MEMBERSHIPS = 'keep-memberships';

const EVERY_MS = 10_000;

/**
 * The timer of memberships: each tick plans the next one. Its name holds its time, so that several processes plan the same
 * tick and a restart starts no second timer.
 */
export function nextTick(now: number): Intent {
  const number = Math.floor(now / EVERY_MS) + 1;
  return {
    name: KEEP_MEMBERSHIPS,
    jobId: `${KEEP_MEMBERSHIPS}-tick-${String(number)}`,
    payload: { tick: number },
    dueAt: new Date(number * EVERY_MS).toISOString(),
  };
}

/** Done at every tick, and at once when a segment is defined or a model was run. One process at a time does the work. */
export const keepMembershipsJob = (context: ServiceContext): JobDefinition => ({
  name: KEEP_MEMBERSHIPS,
  concurrency: 1,
  async handle({ payload, signal }: Job<{ readonly tick?: number }>) {
    await alone(context.pool, () => keepMemberships(context, signal));
    // By a clock that is behind, the next one would be one that was done already.
    if (payload.tick !== undefined)
      await context.jobs.enqueue(nextTick(Math.max(context.clock(), payload.tick * EVERY_MS)));
  },
});

const LOCK = "hashtextextended('keep-memberships', 0)";

async function alone(pool: ServiceContext['pool'], work: () => Promise<void>): Promise<void> {
  const holder = await pool.connect();
  let broken = true;
  try {
    const { rows } = await holder.query<{ mine: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS mine`);
    if (rows[0]?.mine === true) {
      await work();
      await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
    }
    broken = false;
  } finally {
    // A connection that may still hold the lock is closed, which frees it.
    holder.release(broken);
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { SERVICES } from '@crm/contracts';
import type { Databases } from './databases.js';
import { lagOf, type Lag } from './lag.js';

/** What is still to be done by machines. */
export interface Unrest extends Lag {
  /** Jobs whose time has come. */
  readonly dueJobs: number;
  /** Treatments that were attempted and have no outcome yet. */
  readonly attempted: number;
  /** Treatments of e-mails and recordings that are neither sent nor skipped. */
  readonly unsent: number;
  /** Waves that were asked for and are not loaded. */
  readonly unloaded: number;
}

const DUE = `SELECT count(*) AS n FROM jobs.intent WHERE state = 'pending' AND due_at <= clock_timestamp()`;
// Of an erased person nothing more will be said.
const TREATMENTS = `SELECT count(*) FILTER (WHERE state = 'attempted') AS attempted,
  count(*) FILTER (WHERE state IN ('assigned', 'waiting') AND assign_to IS NULL) AS unsent
  FROM rm.treatment t WHERE NOT EXISTS (SELECT FROM es.tombstone e WHERE e.key = t.party_id)`;
const LOOPS = 'SELECT count(*) AS n FROM rm.loop WHERE defined_at IS NOT NULL AND loaded_at IS NULL';
const LOOK_AGAIN_MS = 500;
/** So long nothing must move: what one service did may be work for another. */
const STILL = 4;

/** Looks at everything once. */
export async function unrestOf(databases: Databases): Promise<Unrest> {
  const lag = await lagOf(databases);
  let dueJobs = 0;
  for (const service of SERVICES) dueJobs += (await databases.rows<{ n: number }>(service, DUE))[0]?.n ?? 0;
  const [treatments] = await databases.rows<{ attempted: number; unsent: number }>('marketing', TREATMENTS);
  const [loops] = await databases.rows<{ n: number }>('analytics', LOOPS);
  return {
    ...lag,
    dueJobs,
    attempted: treatments?.attempted ?? 0,
    unsent: treatments?.unsent ?? 0,
    unloaded: loops?.n ?? 0,
  };
}

export const isQuiet = ({ consumers, relay, dueJobs, attempted, unsent, unloaded }: Unrest): boolean =>
  consumers + relay + dueJobs + attempted + unsent + unloaded === 0;

/** Waits until nothing moves any more; answers with what still does when the time is over. */
export async function untilQuiet(
  databases: Databases,
  withinMs: number,
  onLook: (unrest: Unrest) => void = () => undefined,
): Promise<Unrest | undefined> {
  const endsAt = performance.now() + withinMs;
  for (let still = 0; ;) {
    const unrest = await unrestOf(databases).catch(() => undefined);
    if (unrest !== undefined) onLook(unrest);
    still = unrest !== undefined && isQuiet(unrest) ? still + 1 : 0;
    if (still >= STILL) return undefined;
    if (performance.now() > endsAt) return unrest;
    await wait(LOOK_AGAIN_MS);
  }
}

/** What still moves, in words. */
export function unrestText({ consumers, furthest, relay, dueJobs, attempted, unsent, unloaded }: Unrest): string {
  const parts = [
    [consumers, `events behind (${furthest})`],
    [relay, 'events not on the broker'],
    [dueJobs, 'jobs due'],
    [attempted, 'treatments attempted'],
    [unsent, 'treatments to be sent'],
    [unloaded, 'waves to be loaded'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

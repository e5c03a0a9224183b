import { deriveId, fingerprintOf, inSnapshot, Rejected } from '@crm/event-sourcing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { caughtUp, LOOP_SOURCES } from '../loop/caught-up.js';
import { untilProjected } from '../loop/follow-facts.job.js';
import { windowEndOf } from '../loop/hop.js';
import { loopCounts } from '../loop/loop-counts.js';
import { COMPUTE_RESULT, computeResultFor, type ResultCause } from '../loop/loop-jobs.js';
import { coveredLoops } from './arm-rows.js';
import { computeResult } from './compute-result.js';
import { recomputeAfter } from './late-facts.js';

const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Computes a result when its time has come: once what happened until then has arrived, or will not do so soon. */
export const computeResultJob = (context: ServiceContext): JobDefinition => ({
  name: COMPUTE_RESULT,
  // Nearly all of the time is waiting.
  concurrency: 16,
  async handle({ payload: cause, signal }: Job<ResultCause>) {
    if ('positions' in cause) await untilProjected(context.pool, cause.positions);
    if (cause.reason === 'window-over' && (await windowIsOpen(context, cause))) return;
    await untilSettled(context, cause.campaignId, signal);
    const { campaignId, reason } = cause;
    try {
      await computeResult(context, campaignId, reason, commandOf(cause));
    } catch (error) {
      // A campaign that was closed without a wave has nothing to be judged.
      if (!(error instanceof Rejected && error.code === 'nothing-to-judge')) throw error;
      return;
    }
    await recomputeAfter(context, campaignId);
  },
});

/** Late facts may come while a job finds that there were none: it looks again, and must not be taken for its first look. */
function commandOf(cause: ResultCause): { readonly commandId?: string } {
  return cause.reason === 'late-facts' ? {} : { commandId: deriveId('command', computeResultFor(cause).jobId) };
}

/** Plans the job anew for the end of a window that is still open. */
async function windowIsOpen(
  { pool, jobs, clock }: ServiceContext,
  cause: Extract<ResultCause, { reason: 'window-over' }>,
): Promise<boolean> {
  const [loop] = await inSnapshot(pool, (tx) => loopCounts(tx, [cause.loopId]));
  const end = loop === undefined ? undefined : windowEndOf(loop);
  if (end === undefined) throw new Error('a wave was loaded of a campaign that nobody planned');
  if (end <= clock()) return false;
  await jobs.enqueue(computeResultFor(cause, new Date(end).toISOString()));
  return true;
}

/** Waits until the rows hold what the sources hold, every response is classified, and nothing has moved between two looks. */
async function untilSettled(context: ServiceContext, campaignId: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let before: string | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; performance.now() < end; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const arrived = await caughtUp(context, LOOP_SOURCES, LONGEST_PAUSE_MS);
    const facts = await factsUnlessOpen(context.pool, campaignId);
    if (arrived && facts !== undefined && facts === before) return;
    before = facts;
    await sleep(pauseMs, undefined, { signal });
  }
}

/** The last facts of a campaign; nothing while responses of it are on their way through marketing. */
async function factsUnlessOpen(pool: ServiceContext['pool'], campaignId: string): Promise<string | undefined> {
  return inSnapshot(pool, async (tx) => {
    const loops = await coveredLoops(tx, campaignId);
    const counts = await loopCounts(
      tx,
      loops.map(({ loopId }) => loopId),
    );
    const open = counts.some(
      ({ responses }) =>
        responses.unmatched > 0 || responses.classified + responses.erasedUnclassified < responses.responses,
    );
    return open ? undefined : fingerprintOf(loops);
  });
}

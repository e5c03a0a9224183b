import type { ServiceContext } from '@crm/platform';
import { computeResultFor } from '../loop/loop-jobs.js';
import { coveredLoops } from './arm-rows.js';
import { saysNothingNew } from './campaign-result.decider.js';
import { campaignResultAggregate } from './campaign-result.js';

// A result is due once the campaign is closed or the window of one of its waves is over.
const STANDING = `SELECT c.closed_at IS NOT NULL AS closed, c.closed_at IS NOT NULL OR EXISTS (
    SELECT FROM loop l WHERE l.campaign_id = c.campaign_id
      AND l.started_at + (c.plan->'response'->>'windowDays')::int * interval '1 day' <= $2
  ) AS due FROM campaign c WHERE c.campaign_id = $1`;

/**
 * Asks for a new version when there are facts that the newest one does not hold. The job is named after that version, and
 * whoever stores a version looks here afterwards: so facts that come in between are seen by one of the two.
 */
export async function recomputeAfter(
  { store, pool, jobs, clock }: Pick<ServiceContext, 'store' | 'pool' | 'jobs' | 'clock'>,
  campaignId: string,
): Promise<void> {
  const { state } = await store.read(campaignResultAggregate, campaignId);
  if (state.version === 0) return;
  const now = new Date(clock()).toISOString();
  const { rows } = await pool.query<{ closed: boolean; due: boolean }>(STANDING, [campaignId, now]);
  const [standing] = rows;
  if (standing?.due !== true) return;
  const loops = await coveredLoops(pool, campaignId);
  if (saysNothingNew({ closed: standing.closed, loops }, state)) return;
  await jobs.enqueue(computeResultFor({ reason: 'late-facts', campaignId, version: state.version }));
}

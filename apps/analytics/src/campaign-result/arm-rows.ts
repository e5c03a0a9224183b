import type pg from 'pg';
import { planOf, type CampaignPlan } from '../loop/known-campaign.js';
import type { CoveredLoop } from './campaign-result.events.js';

/** What the members of one arm came to. */
export interface ArmRow {
  readonly arm: string;
  readonly members: number;
  readonly contacted: number;
  readonly responses: number;
  readonly conversions: number;
  readonly revenue: number;
  readonly revenueSquared: number;
}

/** Everything that a campaign is judged by, as it was at one moment. */
export interface CampaignFacts {
  readonly plan: CampaignPlan;
  readonly closed: boolean;
  readonly loops: readonly CoveredLoop[];
  readonly arms: readonly ArmRow[];
  readonly contamination: number;
}

const CLOSED = 'SELECT closed_at IS NOT NULL AS closed FROM campaign WHERE campaign_id = $1';
const LOOPS = `SELECT l.loop_id AS "loopId", (SELECT count(*)::int FROM loop_member m WHERE m.loop_id = l.loop_id AND m.arm IS NOT NULL) AS members,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('lane', f.lane, 'position', f.position::text) ORDER BY f.lane), '[]')
      FROM loop_fact f WHERE f.loop_id = l.loop_id) AS facts
  FROM loop l WHERE l.campaign_id = $1 AND l.origin IS NOT NULL ORDER BY l.began_at, l.loop_id`;
// Contacted: reached, or perhaps reached. Revenue is that of every order in the window, whatever its class.
const ARMS = `WITH wave AS (SELECT loop_id FROM loop WHERE campaign_id = $1),
  answer AS MATERIALIZED (
    SELECT r.loop_id, r.party_id, bool_or(r.class IN ('response', 'conversion')) AS responded, bool_or(r.class = 'conversion') AS converted,
      coalesce(sum(r.revenue_minor), 0) AS revenue
    FROM loop_response r JOIN wave USING (loop_id) WHERE r.class IS NOT NULL GROUP BY r.loop_id, r.party_id
  )
  SELECT m.arm, count(*)::int AS members, count(*) FILTER (WHERE m.outcome IN (1, 3))::int AS contacted,
    count(*) FILTER (WHERE a.responded)::int AS responses, count(*) FILTER (WHERE a.converted)::int AS conversions,
    coalesce(sum(a.revenue), 0)::float8 AS revenue, coalesce(sum(a.revenue * a.revenue), 0)::float8 AS "revenueSquared"
  FROM loop_member m JOIN wave USING (loop_id) LEFT JOIN answer a USING (loop_id, party_id)
  WHERE m.arm IS NOT NULL GROUP BY m.arm`;
const CONTAMINATION = `SELECT count(*)::int AS members
  FROM loop l JOIN loop_member m USING (loop_id), LATERAL (SELECT l.started_at + $2 * interval '1 day' AS ends_at) w
  WHERE l.campaign_id = $1 AND m.arm = 'control' AND (
    EXISTS (SELECT FROM loop_member o WHERE o.party_id = m.party_id AND o.loop_id <> m.loop_id
      AND o.contacted_at > l.started_at AND o.contacted_at <= w.ends_at)
    OR EXISTS (SELECT FROM outbound_contact c WHERE c.party_id = m.party_id AND c.at > l.started_at AND c.at <= w.ends_at))`;

/** Reads what a campaign is judged by, in a transaction that sees one state; nothing when the campaign is not known. */
export async function campaignFacts(tx: pg.ClientBase, campaignId: string): Promise<CampaignFacts | undefined> {
  const plan = await planOf(tx, campaignId);
  if (plan === undefined) return undefined;
  const { rows: closed } = await tx.query<{ closed: boolean }>(CLOSED, [campaignId]);
  const { rows: arms } = await tx.query<ArmRow>(ARMS, [campaignId]);
  const { rows: blurred } = await tx.query<{ members: number }>(CONTAMINATION, [campaignId, plan.response.windowDays]);
  return {
    plan,
    closed: closed[0]?.closed ?? false,
    loops: await coveredLoops(tx, campaignId),
    arms,
    contamination: blurred[0]?.members ?? 0,
  };
}

/** The loops of a campaign with their last facts. */
export async function coveredLoops(on: pg.Pool | pg.ClientBase, campaignId: string): Promise<readonly CoveredLoop[]> {
  return (await on.query<CoveredLoop>(LOOPS, [campaignId])).rows;
}

import type { PlannedCampaign } from '../load/stories/campaigns.js';
import type { Databases } from '../observe/databases.js';
import type { Check } from './check.js';

const MEMBERS = `SELECT l.loop_id AS loop, l.frozen, l.accepted, l.rejected, m.delivered, m.accepted AS accepted_members, m.rejected AS rejected_members
  FROM rm.loop l LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE delivered_at IS NOT NULL) AS delivered,
      count(*) FILTER (WHERE arm IS NOT NULL AND rejected IS NULL) AS accepted, count(*) FILTER (WHERE rejected IS NOT NULL) AS rejected
    FROM rm.loop_member m WHERE m.loop_id = l.loop_id) m ON true
  WHERE l.defined_at IS NOT NULL`;

interface LoopRow {
  readonly loop: string;
  readonly frozen: number | null;
  readonly accepted: number | null;
  readonly rejected: number | null;
  readonly delivered: number;
  readonly accepted_members: number;
  readonly rejected_members: number;
}

/** 7: every frozen member was accepted or rejected, once. */
export async function membersWereDecidedOnce(
  databases: Databases,
  campaigns: readonly PlannedCampaign[],
): Promise<Check> {
  const loops = await databases.rows<LoopRow>('analytics', MEMBERS);
  const breaches = loops.flatMap((row) => {
    const { loop, frozen, delivered } = row;
    const decided = [row.accepted, row.accepted_members, row.rejected, row.rejected_members];
    const isWhole =
      frozen === delivered &&
      row.accepted === row.accepted_members &&
      row.rejected === row.rejected_members &&
      frozen === row.accepted_members + row.rejected_members;
    return isWhole
      ? []
      : [`loop ${loop}: ${String(frozen)} frozen, ${delivered} delivered, accepted and rejected ${decided.join(', ')}`];
  });
  const members = loops.reduce((sum, { frozen }) => sum + (frozen ?? 0), 0);
  const counted = `${members} frozen members of ${loops.length} loops (${campaigns.length} campaigns)`;
  return { invariant: 7, name: 'loops reconcile', counted, breaches };
}

import type { ErasureContributor } from '@crm/privacy';

const FORGET = `WITH member AS (DELETE FROM app.segment_member WHERE party_id = $1 RETURNING 1),
    look AS (DELETE FROM app.segment_look WHERE party_id = $1 RETURNING 1),
    told AS (DELETE FROM app.told_score WHERE party_id = $1 RETURNING 1),
    move AS (DELETE FROM app.membership_to_tell WHERE party_id = $1 RETURNING 1),
    score AS (DELETE FROM app.score_to_tell WHERE party_id = $1 RETURNING 1)
  SELECT count(*)::int AS rows FROM (TABLE member UNION ALL TABLE look UNION ALL TABLE told UNION ALL TABLE move UNION ALL TABLE score) AS gone`;

/** An erased customer is in no segment any more, and is not looked at again. */
export const forgetMemberships: ErasureContributor = {
  name: 'segment-memberships',
  async erase(tx, subjectId) {
    const { rows } = await tx.query<{ rows: number }>(FORGET, [subjectId]);
    return rows[0]?.rows ?? 0;
  },
};

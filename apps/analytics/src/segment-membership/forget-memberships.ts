import type { ErasureContributor } from '@crm/privacy';

const FORGET = `WITH member AS (DELETE FROM app.segment_member WHERE party_id = $1 RETURNING 1),
    look AS (DELETE FROM app.segment_look WHERE party_id = $1 RETURNING 1),
    told AS (DELETE FROM app.told_score WHERE party_id = $1 RETURNING 1)
  SELECT ((SELECT count(*) FROM member) + (SELECT count(*) FROM look) + (SELECT count(*) FROM told))::int AS rows`;

/** An erased customer is in no segment any more, and is not looked at again. */
export const forgetMemberships: ErasureContributor = {
  name: 'segment-memberships',
  async erase(tx, subjectId) {
    const { rows } = await tx.query<{ rows: number }>(FORGET, [subjectId]);
    return rows[0]?.rows ?? 0;
  },
};

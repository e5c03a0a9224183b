import type pg from 'pg';

// A member is claimed by one wave of a campaign until that wave is complete. Claiming again for the same wave changes nothing.
const CLAIM = `WITH claimed AS (
    INSERT INTO app.wave_claim AS c (campaign_id, party_id, wave_id)
    SELECT $1, party_id, $3 FROM unnest($2::uuid[]) AS p(party_id) ORDER BY party_id
    ON CONFLICT (campaign_id, party_id) DO UPDATE SET wave_id = excluded.wave_id
    WHERE c.wave_id = excluded.wave_id OR EXISTS (SELECT FROM rm.wave w WHERE w.wave_id = c.wave_id AND w.completed_at IS NOT NULL)
    RETURNING party_id
  ) SELECT party_id FROM claimed`;
const ERASED = 'SELECT key FROM es.tombstone WHERE key = ANY($1::uuid[])';

/** Claims parties for a wave; answers with those that no other running wave of the campaign holds. */
export async function claimMembers(
  pool: pg.Pool,
  { campaignId, waveId }: { readonly campaignId: string; readonly waveId: string },
  partyIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ party_id: string }>(CLAIM, [campaignId, partyIds, waveId]);
  return new Set(rows.map((row) => row.party_id));
}

/** Which of the parties were erased. */
export async function erasedAmong(pool: pg.Pool, partyIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ key: string }>(ERASED, [partyIds]);
  return new Set(rows.map((row) => row.key));
}

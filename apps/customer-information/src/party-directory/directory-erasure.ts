import type { ErasureContributor } from '@crm/privacy';

const NOTE = 'INSERT INTO rm.party_directory_erased VALUES ($1) ON CONFLICT DO NOTHING';
const FORGET_ROW = 'DELETE FROM rm.party_directory WHERE party_id = $1';
const FORGET_TOKENS = 'DELETE FROM rm.party_index WHERE party_id = $1';

/** An erased party leaves the directory and all of its indexes at once, without waiting for the projection. */
export const directoryErasure: ErasureContributor = {
  name: 'party-directory',
  async erase(tx, partyId) {
    await tx.query(NOTE, [partyId]);
    const row = await tx.query(FORGET_ROW, [partyId]);
    const tokens = await tx.query(FORGET_TOKENS, [partyId]);
    return (row.rowCount ?? 0) + (tokens.rowCount ?? 0);
  },
};

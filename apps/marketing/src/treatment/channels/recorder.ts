import type pg from 'pg';
import { alwaysAdmits, type Channel } from './channel.js';

const RECORD = `INSERT INTO app.recorder (key, campaign_id, wave_id, party_id, arm, offer, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT DO NOTHING`;

/** Keeps what would have been sent and sends nothing: for tests, history and what-if. */
export function recorderChannel(pool: pg.Pool): Channel {
  return {
    name: 'recorder',
    idempotent: true,
    timeoutMs: 10_000,
    admit: alwaysAdmits(async ({ key, treatment, offer, at }) => {
      const { campaignId, waveId, partyId, arm } = treatment;
      await pool.query(RECORD, [key, campaignId, waveId, partyId, arm, JSON.stringify(offer), at]);
      return { status: 'accepted' };
    }),
  };
}

import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { WaveChunkLoaded } from './wave-chunk.events.js';
import type { WaveEvent } from './wave.events.js';

const OPENED = `INSERT INTO wave (wave_id, campaign_id, origin, first_loaded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;
const MEMBERS = `INSERT INTO wave_member (wave_id, party_id, arm, rank, chunk)
  SELECT $1, party_id, arm, rank, $2 FROM unnest($3::uuid[], $4::text[], $5::int[]) AS m(party_id, arm, rank) ON CONFLICT DO NOTHING`;
const REJECTIONS = `INSERT INTO wave_rejection (wave_id, party_id, reason)
  SELECT $1, party_id, reason FROM unnest($2::uuid[], $3::text[]) AS r(party_id, reason) ON CONFLICT DO NOTHING`;
const LOADED = `INSERT INTO wave (wave_id, campaign_id, origin, first_loaded_at, loaded, started_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (wave_id) DO UPDATE SET loaded = excluded.loaded, started_at = excluded.started_at, completed_at = NULL, version = excluded.version
  WHERE wave.version < excluded.version`;
const COMPLETED = 'UPDATE wave SET completed_at = $2, version = $3 WHERE wave_id = $1 AND version < $3';

/** How far is each wave, and who is in it? A wave's chunks and moves share its key, so they come in order. */
export const wavesProjection: Projection<WaveChunkLoaded | WaveEvent> = {
  name: 'waves',
  version: 1,
  sources: [{ service: 'marketing', types: ['WaveChunkLoaded', 'WaveLoaded', 'WaveCompleted'] }],
  tables: ['wave', 'wave_member', 'wave_rejection'],
  async apply(tx, events) {
    for (const event of events) await applyOne(tx, event);
  },
};

async function applyOne(tx: Tx, event: FeedEvent<WaveChunkLoaded | WaveEvent>): Promise<void> {
  switch (event.type) {
    case 'WaveChunkLoaded':
      await addChunk(tx, event);
      return;
    case 'WaveLoaded': {
      const { waveId, campaignId, origin, startedAt } = event.data;
      await tx.query(LOADED, [
        waveId,
        campaignId,
        origin,
        event.occurredAt,
        JSON.stringify(event.data),
        startedAt,
        event.version,
      ]);
      return;
    }
    case 'WaveCompleted':
      await tx.query(COMPLETED, [event.data.waveId, event.data.at, event.version]);
  }
}

async function addChunk(tx: Tx, { data, occurredAt }: FeedEvent<WaveChunkLoaded>): Promise<void> {
  const { waveId, campaignId, origin, chunk, accepted, rejected } = data;
  await tx.query(OPENED, [waveId, campaignId, origin, occurredAt]);
  await tx.query(MEMBERS, [
    waveId,
    chunk,
    accepted.map(({ partyId }) => partyId),
    accepted.map(({ arm }) => arm),
    accepted.map(({ rank }) => rank ?? null),
  ]);
  if (rejected.length > 0)
    await tx.query(REJECTIONS, [waveId, rejected.map(({ partyId }) => partyId), rejected.map(({ reason }) => reason)]);
}

import type { Tx } from '@crm/messaging';
import { onePerKey, type Of } from './loop-events.js';

const FACTS = `INSERT INTO loop_fact (loop_id, lane, position)
  SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bigint[]) AS f(loop_id, lane, position) ORDER BY loop_id, lane
  ON CONFLICT (loop_id, lane) DO UPDATE SET position = greatest(loop_fact.position, excluded.position)`;
const PROJECTED = `INSERT INTO loop_projected (loop_id, lane, position, first_at, last_at)
  SELECT loop_id, lane, position, at, at
  FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::timestamptz[]) AS p(loop_id, lane, position, at)
  ON CONFLICT (loop_id, lane) DO UPDATE SET position = greatest(loop_projected.position, excluded.position),
    first_at = least(loop_projected.first_at, excluded.first_at), last_at = greatest(loop_projected.last_at, excluded.last_at)`;
const COMPUTED = `INSERT INTO campaign_result (campaign_id, version, computed_at, reason, closed, loops, result, at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`;
const PUBLISHED =
  'INSERT INTO result_publication (campaign_id, version, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const VIEWED =
  'INSERT INTO result_view (campaign_id, version, viewer, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';

type Fact = Of<
  | 'crm.marketing.wave-chunk-loaded.v1'
  | 'crm.marketing.treatment-presented.v1'
  | 'crm.marketing.treatment-undetermined.v1'
  | 'crm.marketing.response-classified.v1'
>;

/** The last fact of each loop in each lane that counts in its result: whether one has seen everything is a comparison of positions. */
export async function writeFacts(tx: Tx, events: Fact): Promise<void> {
  const rows = onePerKey(
    events,
    ({ data, lane }) => `${data.waveId} ${String(lane)}`,
    (one, other) => one.position > other.position,
  );
  if (rows.length === 0) return;
  await tx.query(FACTS, [
    rows.map(({ data }) => data.waveId),
    rows.map(({ lane }) => lane),
    rows.map(({ position }) => String(position)),
  ]);
}

/** Hop 9. */
export async function writeProjected(tx: Tx, events: Of<'ResponseProjected'>): Promise<void> {
  for (const { data, recordedAt } of events)
    await tx.query(PROJECTED, [
      data.positions.map(() => data.loopId),
      data.positions.map(({ lane }) => lane),
      data.positions.map(({ position }) => position),
      data.positions.map(() => recordedAt),
    ]);
}

/** Hops 10, 11 and 12: a handful of events a campaign. */
export async function writeResults(
  tx: Tx,
  events: Of<'CampaignResultComputed' | 'CampaignResultPublished' | 'CampaignResultViewed'>,
): Promise<void> {
  for (const event of events) {
    const { campaignId, version } = event.data;
    switch (event.type) {
      case 'CampaignResultComputed': {
        const { computedAt, reason, closed, loops, result } = event.data;
        await tx.query(COMPUTED, [
          campaignId,
          version,
          computedAt,
          reason,
          closed,
          JSON.stringify(loops),
          result,
          event.recordedAt,
        ]);
        break;
      }
      case 'CampaignResultPublished':
        await tx.query(PUBLISHED, [campaignId, version, event.recordedAt]);
        break;
      case 'CampaignResultViewed':
        await tx.query(VIEWED, [campaignId, version, event.data.viewer, event.recordedAt]);
    }
  }
}

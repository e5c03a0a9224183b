import type { Tx } from '@crm/messaging';
import { onePerKey, type Of } from './loop-events.js';

const REFRESHES = `INSERT INTO loop_refresh (refresh_id, as_of, facts, at)
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::timestamptz[]) ON CONFLICT DO NOTHING`;
const RUNS = `INSERT INTO loop_run (run_id, customers, at)
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[]) ON CONFLICT DO NOTHING`;
const BEGAN = 'began_at = least(loop.began_at, excluded.began_at)';
const DEFINED = `INSERT INTO loop (loop_id, campaign_id, began_at, as_of, refresh_id, run_ids, defined_at) VALUES ($1, $2, $3, $4, $5, $6, $3)
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, as_of = excluded.as_of, refresh_id = excluded.refresh_id, run_ids = excluded.run_ids,
    defined_at = excluded.defined_at`;
const FROZEN = `INSERT INTO loop (loop_id, campaign_id, began_at, selected, suppressed, frozen, frozen_at) VALUES ($1, $2, $3, $4, $5, $6, $3)
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, selected = excluded.selected, suppressed = excluded.suppressed, frozen = excluded.frozen,
    frozen_at = excluded.frozen_at`;
const DELIVERED = `INSERT INTO loop (loop_id, campaign_id, began_at, delivered_at) VALUES ($1, $2, $3, $3)
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, delivered_at = excluded.delivered_at`;
// A wave that grows is told again; the word about more chunks is the later one.
const LOADED = `INSERT INTO loop (loop_id, campaign_id, began_at, origin, started_at, chunks, accepted, rejected, loaded_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $3)
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, origin = excluded.origin, started_at = excluded.started_at, chunks = excluded.chunks,
    accepted = excluded.accepted, rejected = excluded.rejected, loaded_at = excluded.loaded_at
  WHERE coalesce(loop.chunks, -1) <= excluded.chunks`;
const LOADING = `INSERT INTO loop (loop_id, campaign_id, began_at, origin)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[])
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, origin = excluded.origin`;
const COMPLETED = `INSERT INTO loop (loop_id, campaign_id, began_at, completed_at) VALUES ($1, $2, $3, $3)
  ON CONFLICT (loop_id) DO UPDATE SET ${BEGAN}, completed_at = greatest(loop.completed_at, excluded.completed_at)`;

/** Hops 1 and 2, which loops refer to. */
export async function writeSnapshots(
  tx: Tx,
  refreshes: Of<'MartRefreshed'>,
  runs: Of<'ModelRunCompleted'>,
): Promise<void> {
  if (refreshes.length > 0)
    await tx.query(REFRESHES, [
      refreshes.map(({ data }) => data.refreshId),
      refreshes.map(({ data }) => data.asOf),
      refreshes.map(({ data }) => data.facts),
      refreshes.map(({ recordedAt }) => recordedAt),
    ]);
  if (runs.length > 0)
    await tx.query(RUNS, [
      runs.map(({ data }) => data.runId),
      runs.map(({ data }) => data.customers),
      runs.map(({ recordedAt }) => recordedAt),
    ]);
}

type ListTold = Of<'TargetListDefined' | 'TargetListFrozen' | 'TargetListDelivered'>;

/** Hops 3 and 4: one event of each a loop. */
export async function writeLists(tx: Tx, events: ListTold): Promise<void> {
  for (const event of events) {
    const { loopId, campaignId, asOf } = event.data;
    const loop = [loopId, campaignId, event.recordedAt];
    switch (event.type) {
      case 'TargetListDefined':
        await tx.query(DEFINED, [...loop, asOf, event.data.refreshId, event.data.runIds]);
        break;
      case 'TargetListFrozen':
        await tx.query(FROZEN, [...loop, event.data.selected, event.data.suppressed, event.data.frozen]);
        break;
      case 'TargetListDelivered':
        await tx.query(DELIVERED, loop);
    }
  }
}

/** Hop 4-1, but for the members. */
export async function writeWaves(
  tx: Tx,
  chunks: Of<'crm.marketing.wave-chunk-loaded.v1'>,
  ends: Of<'crm.marketing.wave-loaded.v1' | 'crm.marketing.wave-completed.v1'>,
): Promise<void> {
  const loading = onePerKey(
    chunks,
    ({ data }) => data.waveId,
    (one, other) => one.recordedAt < other.recordedAt,
  );
  if (loading.length > 0)
    await tx.query(LOADING, [
      loading.map(({ data }) => data.waveId),
      loading.map(({ data }) => data.campaignId),
      loading.map(({ recordedAt }) => recordedAt),
      loading.map(({ data }) => data.origin),
    ]);
  for (const event of ends) {
    const { waveId, campaignId } = event.data;
    const loop = [waveId, campaignId, event.recordedAt];
    if (event.type === 'crm.marketing.wave-completed.v1') await tx.query(COMPLETED, loop);
    else {
      const { origin, startedAt, chunks: count, accepted, rejected } = event.data;
      await tx.query(LOADED, [...loop, origin, startedAt, count, accepted, rejected]);
    }
  }
}

import type { ServiceContext } from '@crm/platform';
import { noteProjected } from './response-projection.decider.js';
import type { LanePosition } from './response-projection.events.js';
import { responseProjectionAggregate, responseProjectionId } from './response-projection.js';

const NEW_RESPONSES = `SELECT r.lane, r.class, count(*)::int AS responses, max(r.position)::text AS position
  FROM loop_response r LEFT JOIN unnest($2::smallint[], $3::bigint[]) AS reached(lane, position) USING (lane)
  WHERE r.loop_id = $1 AND r.position > coalesce(reached.position, 0) GROUP BY r.lane, r.class`;

interface NewResponses {
  readonly lane: number;
  readonly class: string;
  readonly responses: number;
  readonly position: string;
}

/** Hop 9: tells which classified responses of a loop are in the mart since it was told last. */
export async function projectResponses(
  { store, pool }: Pick<ServiceContext, 'store' | 'pool'>,
  { loopId, campaignId }: { readonly loopId: string; readonly campaignId: string },
): Promise<void> {
  const streamId = responseProjectionId(loopId);
  for (;;) {
    const { state } = await store.read(responseProjectionAggregate, streamId);
    const reached = Object.entries(state.reached);
    const values = [loopId, reached.map(([lane]) => Number(lane)), reached.map(([, position]) => position)];
    const { rows } = await pool.query<NewResponses>(NEW_RESPONSES, values);
    if (rows.length === 0) return;
    const projected = rows.reduce((sum, { responses }) => sum + responses, 0);
    const batch = {
      loopId,
      campaignId,
      projected,
      byClass: byClass(rows),
      positions: furthest(rows),
      after: state.batches,
    };
    await store.transact(responseProjectionAggregate, streamId, noteProjected(batch), { key: loopId });
  }
}

function byClass(rows: readonly NewResponses[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { class: name, responses } of rows) counts[name] = (counts[name] ?? 0) + responses;
  return counts;
}

function furthest(rows: readonly NewResponses[]): readonly LanePosition[] {
  const lanes = new Map<number, bigint>();
  for (const { lane, position } of rows) {
    const at = BigInt(position);
    if (at > (lanes.get(lane) ?? 0n)) lanes.set(lane, at);
  }
  return [...lanes]
    .sort(([left], [right]) => left - right)
    .map(([lane, position]) => ({ lane, position: String(position) }));
}

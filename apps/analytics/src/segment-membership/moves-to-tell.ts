import { KeyErased, newId } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type pg from 'pg';
import { enterSegment, leaveSegment } from './segment-membership.decider.js';
import type { SegmentMembershipEvent } from './segment-membership.events.js';
import { membershipId, segmentMembershipAggregate } from './segment-membership.js';

const AT_ONCE = 1_000;

const ADD = `INSERT INTO app.membership_to_tell (segment_id, party_id, command_id, event)
  SELECT segment_id, party_id, command_id, event::jsonb
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS m(segment_id, party_id, command_id, event)`;
// One of a version that does not know this table may have gone on from what was noted.
const OVERTAKEN = `DELETE FROM app.membership_to_tell t WHERE (t.event->>'type' = 'SegmentEntered') <> EXISTS (
  SELECT FROM app.segment_member m WHERE m.segment_id = t.segment_id AND m.party_id = t.party_id)`;
const NEXT = `SELECT command_id AS "commandId", event FROM app.membership_to_tell LIMIT ${String(AT_ONCE)}`;
const TOLD = 'DELETE FROM app.membership_to_tell WHERE command_id = ANY($1::uuid[])';

interface MoveToTell {
  readonly commandId: string;
  readonly event: SegmentMembershipEvent;
}

/** To be written with the memberships themselves. A customer's next move of a segment waits until this one is told. */
export async function addMovesToTell(tx: pg.ClientBase, moves: readonly SegmentMembershipEvent[]): Promise<void> {
  await tx.query(ADD, [
    moves.map(({ data }) => data.segmentId),
    moves.map(({ data }) => data.partyId),
    moves.map(() => newId()),
    moves.map((move) => JSON.stringify(move)),
  ]);
}

/** Tells the moves that are noted, also those of a process that died. Each is told once, by its command id. */
export async function tellMoves(
  { store, pool }: Pick<ServiceContext, 'store' | 'pool'>,
  signal?: AbortSignal,
): Promise<void> {
  await pool.query(OVERTAKEN);
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await pool.query<MoveToTell>(NEXT);
    if (rows.length === 0) return;
    await Promise.all(rows.map((row) => tell(store, row)));
    await pool.query(TOLD, [rows.map(({ commandId }) => commandId)]);
  }
}

async function tell(store: ServiceContext['store'], { commandId, event }: MoveToTell): Promise<void> {
  const { segmentId, partyId } = event.data;
  const decide = event.type === 'SegmentEntered' ? enterSegment(event.data) : leaveSegment(event.data);
  const options = { key: partyId, commandId };
  try {
    await store.transact(segmentMembershipAggregate, membershipId(segmentId, partyId), decide, options);
  } catch (error) {
    // Nobody is told anything about an erased customer.
    if (!(error instanceof KeyErased)) throw error;
  }
}

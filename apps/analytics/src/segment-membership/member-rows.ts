import type pg from 'pg';
import type { Where } from '../segment/segment-where.js';
import { addMovesToTell } from './moves-to-tell.js';
import type { SegmentMembershipEvent } from './segment-membership.events.js';

/** A segment whose memberships are kept; `seen` once every customer was looked at for it. */
export interface KeptSegment {
  readonly segmentId: string;
  readonly where: Where;
  readonly seen: boolean;
}

const SEGMENTS = `SELECT s.segment_id AS "segmentId", s.predicate AS where, EXISTS (SELECT FROM app.segment_seen d WHERE d.segment_id = s.segment_id) AS seen
  FROM segment s ORDER BY s.segment_id`;
const MEMBERS =
  'SELECT party_id AS "partyId" FROM app.segment_member WHERE segment_id = $1 AND party_id = ANY($2::uuid[])';
const ENTER = `INSERT INTO app.segment_member (segment_id, party_id, entered_at, reason)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) ON CONFLICT DO NOTHING`;
const LEAVE = `DELETE FROM app.segment_member m USING unnest($1::uuid[], $2::uuid[]) AS l(segment_id, party_id)
  WHERE m.segment_id = l.segment_id AND m.party_id = l.party_id`;
const SEEN = 'INSERT INTO app.segment_seen (segment_id) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING';

export async function keptSegments(pool: pg.Pool): Promise<readonly KeptSegment[]> {
  return (await pool.query<KeptSegment>(SEGMENTS)).rows;
}

/** Which of the customers are in a segment, as far as it was noted to be told. */
export async function membersAmong(
  pool: pg.Pool,
  segmentId: string,
  partyIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ partyId: string }>(MEMBERS, [segmentId, partyIds]);
  return new Set(rows.map(({ partyId }) => partyId));
}

/** Notes moves, and that they are to be told. */
export async function writeMoves(tx: pg.ClientBase, moves: readonly SegmentMembershipEvent[]): Promise<void> {
  if (moves.length === 0) return;
  const entered = moves.filter(({ type }) => type === 'SegmentEntered').map(({ data }) => data);
  const left = moves.filter(({ type }) => type === 'SegmentLeft').map(({ data }) => data);
  const ids = (of: typeof entered): unknown[] => [
    of.map(({ segmentId }) => segmentId),
    of.map(({ partyId }) => partyId),
  ];
  if (entered.length > 0)
    await tx.query(ENTER, [...ids(entered), entered.map(({ at }) => at), entered.map(({ reason }) => reason)]);
  if (left.length > 0) await tx.query(LEAVE, ids(left));
  await addMovesToTell(tx, moves);
}

export async function noteSeen(pool: pg.Pool, segmentIds: readonly string[]): Promise<void> {
  await pool.query(SEEN, [segmentIds]);
}

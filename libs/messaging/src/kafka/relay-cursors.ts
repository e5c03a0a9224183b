import type { LockSession } from '../lock-session.js';

const CREATE = `INSERT INTO bus.relay (lane, incarnation, position)
  SELECT lane, $2, 0 FROM unnest($1::smallint[]) AS lane ON CONFLICT DO NOTHING`;
const READ =
  'SELECT lane, incarnation, position, next_offset FROM bus.relay WHERE lane = ANY($1::smallint[]) ORDER BY lane';
const MOVE = `UPDATE bus.relay r SET incarnation = s.incarnation, position = s.new, next_offset = s.next_offset, updated_at = clock_timestamp()
  FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
    AS s(lane, old_incarnation, old, incarnation, new, next_offset)
  WHERE r.lane = s.lane AND r.incarnation = s.old_incarnation AND r.position = s.old RETURNING r.lane`;

/** How far a lane is on the broker. */
export interface RelayCursor {
  readonly lane: number;
  readonly incarnation: string;
  readonly position: bigint;
  /** Where the partition ended after what was acknowledged last. */
  readonly nextOffset: bigint;
}

interface CursorRow {
  readonly lane: number;
  readonly incarnation: string;
  readonly position: bigint;
  readonly next_offset: bigint;
}

/** The lanes' cursors, read and moved over the connection that holds their locks: who lost the locks moves nothing. */
export class RelayCursors {
  constructor(private readonly session: LockSession) {}

  /** A checkpoint that a crash of the server takes back costs duplicates and no event, so none waits for the disk. */
  async prepare(): Promise<void> {
    await this.session.query('SET synchronous_commit = off');
  }

  /** The lanes' cursors; a lane without one starts at nothing. */
  async read(lanes: readonly number[], incarnation: string): Promise<readonly RelayCursor[]> {
    await this.session.query(CREATE, [lanes, incarnation]);
    const { rows } = await this.session.query<CursorRow>(READ, [lanes]);
    return rows.map(({ next_offset: nextOffset, ...cursor }) => ({ ...cursor, nextOffset }));
  }

  /** Moves cursors by compare-and-set; the lanes that were where they were believed to be. */
  async move(steps: readonly { readonly from: RelayCursor; readonly to: RelayCursor }[]): Promise<ReadonlySet<number>> {
    const { rows } = await this.session.query<{ lane: number }>(MOVE, [
      steps.map(({ from }) => from.lane),
      steps.map(({ from }) => from.incarnation),
      steps.map(({ from }) => String(from.position)),
      steps.map(({ to }) => to.incarnation),
      steps.map(({ to }) => String(to.position)),
      steps.map(({ to }) => String(to.nextOffset)),
    ]);
    return new Set(rows.map(({ lane }) => lane));
  }
}

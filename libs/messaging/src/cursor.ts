import { textArray, type LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import type { Tx } from './consumer.js';
import { CursorMoved, IncarnationChanged } from './errors.js';
import type { FeedEvent } from './feed-event.js';

const CREATE = `INSERT INTO bus.cursor (consumer, source, incarnation, lane, position)
  SELECT $1, $2, $3, lane, 0 FROM generate_series(0, $4::int - 1) lane ON CONFLICT DO NOTHING`;
const READ = 'SELECT lane, position, incarnation FROM bus.cursor WHERE consumer = $1 AND source = $2 ORDER BY lane';
const STEPS = `step AS (SELECT * FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS s(lane, old, new)),
  moved AS (
    UPDATE bus.cursor c SET position = s.new, updated_at = clock_timestamp() FROM step s
    WHERE c.consumer = $1 AND c.source = $2 AND c.incarnation = $3 AND c.lane = s.lane AND c.position = s.old RETURNING 1
  )`;
const ADVANCE = {
  name: 'bus-advance',
  text: `WITH ${STEPS} SELECT (SELECT count(*) FROM moved)::int AS moved`,
};
// Mostly nothing is held, which is told without looking for every key.
const heldOf = (keys: string): string => `
    CASE WHEN EXISTS (SELECT FROM bus.parked_key WHERE consumer = $1 AND source = $2) THEN
      ARRAY(SELECT key FROM bus.parked_key WHERE consumer = $1 AND source = $2 AND key = ANY(${keys}::text[])) END AS parked,
    CASE WHEN EXISTS (SELECT FROM bus.waiting WHERE consumer = $1 AND source = $2) THEN
      (SELECT jsonb_object_agg(key, needs) FROM bus.waiting WHERE consumer = $1 AND source = $2 AND key = ANY(${keys}::text[])) END AS waiting`;
const ADVANCE_AND_LOOK = {
  name: 'bus-advance-and-look',
  text: `WITH ${STEPS} SELECT (SELECT count(*) FROM moved)::int AS moved, ${heldOf('$7')}`,
};
const LOOK = { name: 'bus-look', text: `SELECT ${heldOf('$3')}` };

/** Where a consumer stands in a source. */
export interface Track {
  readonly source: string;
  readonly incarnation: string;
  /** What the cursor says. */
  readonly stored: LanePositions;
  /** What was read: further than `stored` by events that this consumer does not want. */
  readonly positions: LanePositions;
}

/** Keys whose next events may not be handled: parked behind a failure, or waiting for the key named. */
export interface HeldKeys {
  readonly parked: ReadonlySet<string>;
  readonly waiting: ReadonlyMap<string, string>;
}

interface HeldRow {
  readonly parked: readonly string[] | null;
  readonly waiting: Readonly<Record<string, string>> | null;
}

/** Reads a consumer's cursor, which starts at nothing; throws `IncarnationChanged` when it counts another log. */
export async function openCursor(
  pool: pg.Pool,
  consumer: string,
  log: { source: string; incarnation: string; lanes: number },
): Promise<Track> {
  const { source, incarnation, lanes } = log;
  let rows = await readCursor(pool, consumer, source);
  if (rows.length < lanes) {
    await pool.query(CREATE, [consumer, source, rows[0]?.incarnation ?? incarnation, lanes]);
    rows = await readCursor(pool, consumer, source);
  }
  const other = rows.find((row) => row.incarnation !== incarnation);
  if (other !== undefined) throw new IncarnationChanged(consumer, source, other.incarnation, incarnation);
  const positions = rows.map((row) => row.position);
  return { source, incarnation, stored: positions, positions };
}

/** The incarnation that a consumer's cursor counts; none before its first event. */
export async function followedIncarnation(
  pool: pg.Pool,
  consumer: string,
  source: string,
): Promise<string | undefined> {
  return (await readCursor(pool, consumer, source))[0]?.incarnation;
}

/** Where a consumer's cursor stands in each lane; nothing before its first event. */
export async function cursorPositions(pool: pg.Pool, consumer: string, source: string): Promise<LanePositions> {
  return (await readCursor(pool, consumer, source)).map((row) => row.position);
}

interface CursorRow {
  readonly lane: number;
  readonly position: bigint;
  readonly incarnation: string;
}

async function readCursor(pool: pg.Pool, consumer: string, source: string): Promise<readonly CursorRow[]> {
  return (await pool.query<CursorRow>(READ, [consumer, source])).rows;
}

/** Where the track stands after events that follow it without a gap. */
export function trackAfter(track: Track, events: readonly FeedEvent[]): Track {
  const positions = [...track.positions];
  for (const event of events) positions[event.lane] = event.position;
  return { ...track, positions };
}

/** The track once its positions are in the cursor. */
export function storedTrack(track: Track): Track {
  return { ...track, stored: track.positions };
}

/** Stores a track that passed events without handling any; `CursorMoved` when a lane was elsewhere: then the others are stored. */
export async function advance(pool: pg.Pool, consumer: string, track: Track): Promise<void> {
  const { values, lanes } = steps(consumer, track);
  if (lanes === 0) return;
  const { rows } = await pool.query<{ moved: number }>({ ...ADVANCE, values });
  if (rows[0]?.moved !== lanes) throw new CursorMoved(consumer);
}

/** Moves all lanes by compare-and-set in one statement and tells which of the keys are held; `CursorMoved` when one lane was elsewhere. */
export async function advanceAndLook(
  tx: Tx,
  consumer: string,
  track: Track,
  keys: readonly string[],
): Promise<HeldKeys> {
  const { values, lanes } = steps(consumer, track);
  const { rows } = await tx.query<HeldRow & { moved: number }>({
    ...ADVANCE_AND_LOOK,
    values: [...values, textArray(keys)],
  });
  const [row] = rows;
  if (row?.moved !== lanes) throw new CursorMoved(consumer);
  return toHeldKeys(row);
}

/** Which of the keys are held. */
export async function heldKeys(
  on: pg.Pool | Tx,
  consumer: string,
  source: string,
  keys: readonly string[],
): Promise<HeldKeys> {
  const { rows } = await on.query<HeldRow>({ ...LOOK, values: [consumer, source, textArray(keys)] });
  return toHeldKeys(rows[0]);
}

function toHeldKeys(row: HeldRow | undefined): HeldKeys {
  return { parked: new Set(row?.parked), waiting: new Map(Object.entries(row?.waiting ?? {})) };
}

function steps(
  consumer: string,
  { source, incarnation, stored, positions }: Track,
): { values: unknown[]; lanes: number } {
  const lanes = positions.map((_, lane) => lane).filter((lane) => positions[lane] !== stored[lane]);
  const at = (vector: LanePositions): string[] => lanes.map((lane) => String(vector[lane] ?? 0n));
  return { values: [consumer, source, incarnation, lanes, at(stored), at(positions)], lanes: lanes.length };
}

import type { LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import { within } from './back-off.js';
import { isProjection, type Consumer } from './consumer.js';
import type { ConsumerLoop, ConsumerState } from './consumer-loop.js';
import type { Feed } from './feed.js';

/** Shorter than a scrape is given, so that one source that does not answer hides nothing of the others. */
const HEADS_MS = 1_000;

export interface LaneStatus {
  readonly lane: number;
  readonly position: bigint;
  /** Unknown while the source cannot be reached. */
  readonly head: bigint | null;
  readonly lag: bigint | null;
}

export interface SourceStatus {
  readonly source: string;
  readonly incarnation: string | null;
  /** Events of all lanes that are still to come. */
  readonly lag: bigint | null;
  readonly lanes: readonly LaneStatus[];
}

/** How one consumer is doing. */
export interface ConsumerStatus {
  readonly consumer: string;
  readonly kind: 'projection' | 'reactor';
  readonly state: ConsumerState;
  /** The projection gives other rows now than those that were written: rebuild it. */
  readonly rebuildDue: boolean;
  readonly sources: readonly SourceStatus[];
  readonly parkedKeys: number;
  readonly parkedEvents: number;
  readonly deadLetters: number;
  readonly waiting: number;
}

interface CursorRow {
  readonly consumer: string;
  readonly source: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly position: bigint;
}

interface CountRow {
  readonly consumer: string;
  readonly version: number | null;
  readonly parked_keys: number;
  readonly parked_events: number;
  readonly dead_letters: number;
  readonly waiting: number;
}

const CURSORS =
  'SELECT consumer, source, incarnation, lane, position FROM bus.cursor WHERE consumer = ANY($1::text[]) ORDER BY consumer, source, lane';
const COUNTS = `SELECT c.consumer, (SELECT version FROM bus.consumer v WHERE v.consumer = c.consumer) AS version,
  (SELECT count(*)::int FROM bus.parked_key p WHERE p.consumer = c.consumer) AS parked_keys,
  (SELECT count(*)::int FROM bus.parked_event p WHERE p.consumer = c.consumer) AS parked_events,
  (SELECT count(*)::int FROM bus.dead_letter d WHERE d.consumer = c.consumer AND d.status = 'open') AS dead_letters,
  (SELECT count(*)::int FROM bus.waiting w WHERE w.consumer = c.consumer) AS waiting
  FROM unnest($1::text[]) AS c(consumer)`;

/** Reads how consumers are doing: two queries, and the head of each source. */
export async function readStatus(
  pool: pg.Pool,
  loops: readonly ConsumerLoop[],
  feeds: ReadonlyMap<string, Feed>,
): Promise<readonly ConsumerStatus[]> {
  const names = loops.map((loop) => loop.work.name);
  const heads = new Map<string, LanePositions | undefined>();
  await Promise.all([...feeds.values()].map(async (feed) => heads.set(feed.service, await headsOf(feed))));
  const { rows: cursors } = await pool.query<CursorRow>(CURSORS, [names]);
  const { rows: counts } = await pool.query<CountRow>(COUNTS, [names]);
  const nothing = { version: null, parked_keys: 0, parked_events: 0, dead_letters: 0, waiting: 0 };
  return loops.map((loop) => {
    const { name } = loop.work;
    const ours = cursors.filter((row) => row.consumer === name);
    const count = counts.find((row) => row.consumer === name) ?? nothing;
    return {
      consumer: name,
      kind: loop.kind,
      state: loop.state,
      rebuildDue: isRebuildDue(loop.consumer, count.version),
      sources: loop.sources.map((source) =>
        sourceStatus(
          source,
          heads.get(source),
          ours.filter((row) => row.source === source),
        ),
      ),
      parkedKeys: count.parked_keys,
      parkedEvents: count.parked_events,
      deadLetters: count.dead_letters,
      waiting: count.waiting,
    };
  });
}

/** Lag is not worth waiting for a source that is down. */
async function headsOf(feed: Feed): Promise<LanePositions | undefined> {
  return within(
    feed.heads().catch(() => undefined),
    HEADS_MS,
  );
}

function isRebuildDue(consumer: Consumer, written: number | null): boolean {
  return isProjection(consumer) && written !== null && written !== (consumer.version ?? 1);
}

function sourceStatus(source: string, heads: LanePositions | undefined, rows: readonly CursorRow[]): SourceStatus {
  const at = new Map(rows.map((row) => [row.lane, row.position]));
  const lanes = Array.from({ length: heads?.length ?? rows.length }, (_, lane): LaneStatus => {
    const position = at.get(lane) ?? 0n;
    const head = heads?.[lane] ?? null;
    return { lane, position, head, lag: head === null ? null : lag(head, position) };
  });
  const total = heads === undefined ? null : lanes.reduce((sum, lane) => sum + (lane.lag ?? 0n), 0n);
  return { source, incarnation: rows[0]?.incarnation ?? null, lag: total, lanes };
}

// The head was read before the cursor.
const lag = (head: bigint, position: bigint): bigint => (head > position ? head - position : 0n);

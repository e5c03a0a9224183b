import type pg from 'pg';
import type { CountedFact, PositionRow } from './mart-snapshot.js';
import type { SourceFeeds } from './source-feeds.js';

interface Counted {
  readonly lane: number;
  readonly position: bigint;
  readonly events: bigint;
}

const KNOWN = `SELECT lane, position, events FROM app.source_count WHERE service = $1 AND type = $2 AND incarnation = $3`;
const KEEP = `INSERT INTO app.source_count (service, type, lane, incarnation, position, events) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (service, type, lane) DO UPDATE SET incarnation = excluded.incarnation, position = excluded.position, events = excluded.events
  WHERE source_count.incarnation <> excluded.incarnation OR source_count.position < excluded.position`;

/** Counts the events of a type in the source's own feed, by lane up to the positions given. Goes on where the last count ended. */
export async function countInSource(
  pool: pg.Pool,
  feeds: SourceFeeds,
  { service, type }: CountedFact,
  upTo: readonly PositionRow[],
): Promise<ReadonlyMap<number, bigint>> {
  const { incarnation } = await feeds.heads(service);
  const { rows } = await pool.query<Counted>(KNOWN, [service, type, incarnation]);
  const counts = new Map<number, bigint>();
  for (const { lane, position: end } of upTo.filter((row) => row.service === service)) {
    const known = rows.find((row) => row.lane === lane && row.position <= end) ?? { lane, position: 0n, events: 0n };
    const { position, events } = await countLane(feeds, { service, type, end, known });
    if (position > known.position)
      await pool.query(KEEP, [service, type, lane, incarnation, String(position), String(events)]);
    counts.set(lane, events);
  }
  return counts;
}

type LaneToCount = Pick<CountedFact, 'service' | 'type'> & { readonly end: bigint; readonly known: Counted };

async function countLane(feeds: SourceFeeds, { service, type, end, known }: LaneToCount): Promise<Counted> {
  let { position, events } = known;
  while (position < end) {
    const page = (await feeds.read(service, known.lane, position)).filter((event) => event.position <= end);
    const last = page.at(-1);
    if (last === undefined) break;
    events += BigInt(page.filter((event) => event.type === type).length);
    position = last.position;
  }
  return { lane: known.lane, position, events };
}

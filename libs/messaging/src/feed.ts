import type { Incarnation, LanePositions } from '@crm/event-sourcing';
import type { FeedEvent } from './feed-event.js';

/** A source of events that can be read from any position: every position is there, in order within its lane. */
export interface Feed {
  /** The service whose events these are. */
  readonly service: string;
  readonly lanes: number;
  /** Changes when the source was restored from a backup: positions may then mean other events. A second old, unless `fresh`. */
  incarnation(fresh?: boolean): Promise<string>;
  heads(): Promise<LanePositions>;
  /** Events of every lane after the position given for it, at most `limit` a lane. `BEYOND` leaves a lane out. */
  read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]>;
  /** Calls back with the heads now and soon after they have moved (100 ms in one process, a second over HTTP); returns how to end that. */
  onAdvance(listener: (heads: LanePositions) => void): () => void;
}

/** A feed that knows which logs its source was before it was restored. */
export interface FeedWithHistory extends Feed {
  /** Oldest first; the last one is the present one. */
  incarnations(): Promise<readonly Incarnation[]>;
}

/** After every position that can exist: a lane read from here gives nothing. */
export const BEYOND = 9_223_372_036_854_775_807n;

/** Where an event stands in its source. */
export interface Reference {
  readonly lane: number;
  readonly position: bigint;
}

/** Events that a batch holds at most. */
export const BATCH = 2_000;

/** Positions after which nothing was read yet. */
export function fromStart(lanes: number): LanePositions {
  return Array.from({ length: lanes }, () => 0n);
}

/** The largest number of events a lane with which a read between two positions stays within `most` in all. */
export function limitPerLane(after: LanePositions, heads: LanePositions, most: number): number {
  const open = heads
    .map((head, lane) => Number(head - (after[lane] ?? 0n)))
    .filter((pending) => pending > 0)
    .sort((left, right) => left - right);
  let rest = most;
  for (const [index, pending] of open.entries()) {
    const share = Math.max(1, Math.floor(rest / (open.length - index)));
    if (pending > share) return share;
    rest -= pending;
  }
  return most;
}

/** Reads the events at given references; what the feed does not hold is missing from the answer. */
export async function readReferences(feed: Feed, references: readonly Reference[]): Promise<readonly FeedEvent[]> {
  const wanted = Array.from({ length: feed.lanes }, (): bigint[] => []);
  for (const { lane, position } of references) wanted[lane]?.push(position);
  for (const positions of wanted) positions.sort((left, right) => (left < right ? -1 : 1));
  const found: FeedEvent[] = [];
  while (wanted.some((positions) => positions.length > 0)) {
    const after = wanted.map((positions) => (positions[0] ?? BEYOND + 1n) - 1n);
    const page = await feed.read(after, spanOf(wanted));
    for (const [lane, positions] of wanted.entries())
      takeFrom(
        page.filter((event) => event.lane === lane),
        positions,
        found,
      );
  }
  return found;
}

/** Events a lane that reach from the first to the last position wanted, a batch at most in all. */
function spanOf(wanted: readonly (readonly bigint[])[]): number {
  const open = wanted.filter((positions) => positions.length > 0);
  const spans = open.map((positions) => Number((positions.at(-1) ?? 0n) - (positions[0] ?? 0n)) + 1);
  return Math.min(Math.max(...spans), Math.ceil(BATCH / open.length));
}

function takeFrom(page: readonly FeedEvent[], positions: bigint[], found: FeedEvent[]): void {
  const byPosition = new Map(page.map((event) => [event.position, event]));
  const last = page.at(-1)?.position ?? BEYOND;
  for (let position = positions[0]; position !== undefined && position <= last; position = positions[0]) {
    const event = byPosition.get(position);
    if (event !== undefined) found.push(event);
    positions.shift();
  }
}

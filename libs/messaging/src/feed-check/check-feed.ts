import type { LanePositions } from '@crm/event-sourcing';
import { PositionSet, type PositionRange } from './position-set.js';

/** What somebody received, wherever it was kept: where it stands in its source, and which event it is. */
export interface ReceivedEvent {
  readonly source: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly position: bigint;
  readonly id: string;
}

/** What a source holds now. */
export interface SourceHeads {
  readonly incarnation: string;
  readonly heads: LanePositions;
}

/** What was received of one lane of one incarnation of a source. */
export interface LaneCheck {
  readonly source: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly received: number;
  readonly distinct: number;
  readonly duplicates: number;
  /** Positions that came again as another event; found while what came around them is not complete. */
  readonly conflicts: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** Missing between position 1 and the last one received. What comes before `first` may be older than what a topic keeps. */
  readonly gaps: readonly PositionRange[];
  /** Of the source now; unknown for an earlier incarnation, or when nobody asked. */
  readonly head: bigint | null;
  readonly behind: bigint | null;
}

interface Lane extends Pick<LaneCheck, 'source' | 'incarnation' | 'lane'> {
  readonly positions: PositionSet;
  received: number;
  conflicts: number;
}

/**
 * Says what is missing of what was received: events in any order, any number of times. With the heads of the sources, by name,
 * also how far behind it is.
 */
export async function checkFeed(
  events: AsyncIterable<ReceivedEvent> | Iterable<ReceivedEvent>,
  heads: ReadonlyMap<string, SourceHeads> = new Map(),
): Promise<readonly LaneCheck[]> {
  const lanes = new Map<string, Lane>();
  for await (const event of events) take(lanes, event);
  for (const { source } of [...lanes.values()]) addUntouched(lanes, source, heads.get(source));
  return [...lanes.values()].sort(byPlace).map((lane) => checked(lane, heads.get(lane.source)));
}

/** Whether something came and nothing of it is missing: no position, no event in another's place, no lane as a whole. Being behind is no fault. */
export function isWhole(lanes: readonly LaneCheck[]): boolean {
  const lacksNothing = ({ received, gaps, conflicts }: LaneCheck): boolean =>
    received > 0 && gaps.length + conflicts === 0;
  return lanes.length > 0 && lanes.every(lacksNothing);
}

function take(lanes: Map<string, Lane>, event: ReceivedEvent): void {
  const lane = laneOf(lanes, event);
  lane.received += 1;
  if (lane.positions.add(event.position, hash(event.id)) === 'other') lane.conflicts += 1;
}

function laneOf(lanes: Map<string, Lane>, { source, incarnation, lane }: Omit<ReceivedEvent, 'position' | 'id'>): Lane {
  const name = `${source} ${incarnation} ${String(lane)}`;
  let known = lanes.get(name);
  if (known === undefined) {
    known = { source, incarnation, lane, positions: new PositionSet(), received: 0, conflicts: 0 };
    lanes.set(name, known);
  }
  return known;
}

/** Lanes of which nothing came although they hold something. */
function addUntouched(lanes: Map<string, Lane>, source: string, now: SourceHeads | undefined): void {
  for (const [lane, head] of now?.heads.entries() ?? [])
    if (now !== undefined && head > 0n) laneOf(lanes, { source, incarnation: now.incarnation, lane });
}

function checked({ positions, ...lane }: Lane, now: SourceHeads | undefined): LaneCheck {
  const ranges = positions.ranges();
  const last = ranges.at(-1)?.to ?? null;
  const head = now?.incarnation === lane.incarnation ? (now.heads[lane.lane] ?? null) : null;
  const behind = head === null ? null : head - (last ?? 0n);
  return {
    source: lane.source,
    incarnation: lane.incarnation,
    lane: lane.lane,
    received: lane.received,
    distinct: positions.size,
    duplicates: lane.received - positions.size,
    conflicts: lane.conflicts,
    first: ranges[0]?.from ?? null,
    last,
    gaps: between(ranges),
    head,
    behind: behind !== null && behind < 0n ? 0n : behind,
  };
}

function between(ranges: readonly PositionRange[]): readonly PositionRange[] {
  const gaps: PositionRange[] = [];
  let next = 1n;
  for (const { from, to } of ranges) {
    if (from > next) gaps.push({ from: next, to: from - 1n });
    next = to + 1n;
  }
  return gaps;
}

function byPlace(left: Lane, right: Lane): number {
  const [one, other] = [left, right].map(({ source, incarnation }) => `${source} ${incarnation}`);
  if (one === other) return left.lane - right.lane;
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}

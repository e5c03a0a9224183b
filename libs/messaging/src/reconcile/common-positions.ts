import type { Incarnation, LanePositions } from '@crm/event-sourcing';
import { BEYOND } from '../feed.js';

/** How far a log that was followed and the log that its source is now are the same. */
export interface Common {
  /** False when the source does not know the log that was followed: then nothing can be told to be common. */
  readonly known: boolean;
  /** By lane; events up to here are in both. */
  readonly heads: LanePositions;
}

/** The events that a log shares with an earlier one, by the heads with which each log between them began. */
export function commonHeads(history: readonly Incarnation[], followed: string): Common {
  const lives = new Map(history.map((life) => [life.incarnation, life]));
  const present = history.at(-1);
  let shared: LanePositions | undefined;
  for (let life = present; life !== undefined; life = lives.get(life.predecessor ?? '')) {
    if (life.incarnation === followed) return { known: true, heads: shared ?? life.heads.map(() => BEYOND) };
    shared = shared === undefined ? life.heads : earlier(shared, life.heads);
  }
  return { known: false, heads: (present?.heads ?? []).map(() => 0n) };
}

/** The smaller of two positions in each lane. */
export function earlier(left: LanePositions, right: LanePositions): LanePositions {
  return left.map((position, lane) => {
    const other = right[lane] ?? 0n;
    return position < other ? position : other;
  });
}

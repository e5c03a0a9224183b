import type { LanePositions } from '@crm/event-sourcing';
import { BATCH, limitPerLane, type Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { OneAtATime } from './one-at-a-time.js';

const WINDOW = 256;

/** Reads of one feed for all who follow it in this process: what one has read lately, the others get without a query. */
export class SharedReads {
  /** By lane, without a gap, the newest last. */
  private lanes: FeedEvent[][];
  private readonly turn = new OneAtATime();

  constructor(private readonly feed: Feed) {
    this.lanes = Array.from({ length: feed.lanes }, () => []);
  }

  /** The next events up to the heads, at most a batch. */
  async next(after: LanePositions, heads: LanePositions): Promise<readonly FeedEvent[]> {
    const limit = limitPerLane(after, heads, BATCH);
    return (
      this.kept(after, heads, limit) ??
      this.turn.run(async () => this.kept(after, heads, limit) ?? this.read(after, heads, limit))
    );
  }

  private async read(after: LanePositions, heads: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    const page = (await this.feed.read(after, limit)).filter((event) => event.position <= (heads[event.lane] ?? 0n));
    const byLane = Array.from({ length: this.feed.lanes }, (): FeedEvent[] => []);
    for (const event of page) byLane[event.lane]?.push(event);
    this.lanes = byLane.map((read, lane) => joined(this.lanes[lane] ?? [], read));
    return page;
  }

  /** The answer, when every position of it is kept. */
  private kept(after: LanePositions, heads: LanePositions, limit: number): readonly FeedEvent[] | undefined {
    const answer: FeedEvent[] = [];
    for (const [lane, events] of this.lanes.entries()) {
      const from = (after[lane] ?? 0n) + 1n;
      const head = heads[lane] ?? 0n;
      if (from > head) continue;
      const count = Math.min(limit, Number(head - from) + 1);
      const first = events[0]?.position;
      if (first === undefined || from < first) return undefined;
      const start = Number(from - first);
      if (start + count > events.length) return undefined;
      answer.push(...events.slice(start, start + count));
    }
    return answer;
  }
}

/** What to keep of a lane after a read: the newest stretch without a gap. */
function joined(kept: readonly FeedEvent[], read: FeedEvent[]): FeedEvent[] {
  const last = kept.at(-1);
  const [first] = read;
  if (first === undefined) return [...kept];
  if (last === undefined || first.position > last.position + 1n || first.incarnation !== last.incarnation)
    return read.slice(-WINDOW);
  return [...kept, ...read.filter((event) => event.position > last.position)].slice(-WINDOW);
}

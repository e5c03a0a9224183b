import type { LanePositions } from '@crm/event-sourcing';
import type { Track } from './cursor.js';
import { GapRemains } from './errors.js';
import { BATCH, BEYOND, limitPerLane, type Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import type { Reporting } from './signals.js';

/** Delivered events on their way to a consumer: hands out what follows its cursor, drops what it has seen, fetches what is missing. */
export class Delivery {
  private readonly lanes: FeedEvent[][];

  constructor(
    private readonly consumer: string,
    private readonly feed: Feed,
    private readonly reporting: Reporting,
    events: readonly FeedEvent[],
  ) {
    this.lanes = Array.from({ length: feed.lanes }, () => []);
    for (const event of events) this.lanes[event.lane]?.push(event);
    for (const lane of this.lanes) lane.sort((left, right) => (left.position < right.position ? -1 : 1));
  }

  /** The next events without a gap from the track on; none when everything delivered is behind it. */
  async next(track: Track): Promise<readonly FeedEvent[]> {
    this.dropSeen(track);
    const gaps = this.lanes.map((lane, index) =>
      lane[0] === undefined ? 0n : lane[0].position - (track.positions[index] ?? 0n) - 1n,
    );
    if (gaps.some((missing) => missing > 0n)) return this.fetchMissing(track, gaps);
    return this.takeContiguous(track);
  }

  private dropSeen(track: Track): void {
    let dropped = 0;
    for (const [index, lane] of this.lanes.entries()) {
      const seen = lane.findIndex((event) => event.position > (track.positions[index] ?? 0n));
      dropped += lane.splice(0, seen === -1 ? lane.length : seen).length;
    }
    if (dropped > 0)
      this.reporting.observe({ kind: 'duplicates', consumer: this.consumer, source: track.source, events: dropped });
  }

  private takeContiguous(track: Track): readonly FeedEvent[] {
    const taken: FeedEvent[] = [];
    for (const [index, lane] of this.lanes.entries()) {
      let next = (track.positions[index] ?? 0n) + 1n;
      const { length } = taken;
      for (const event of lane) {
        // The same position twice in one delivery stays for `dropSeen`.
        if (event.position !== next || taken.length === BATCH) break;
        taken.push(event);
        next += 1n;
      }
      lane.splice(0, taken.length - length);
    }
    return taken;
  }

  private async fetchMissing(track: Track, gaps: readonly bigint[]): Promise<readonly FeedEvent[]> {
    for (const [lane, missing] of gaps.entries()) if (missing > 0n) this.warn(track, lane, missing);
    const after = track.positions.map((position, lane) => ((gaps[lane] ?? 0n) > 0n ? position : BEYOND));
    const ends = after.map((position, lane) => (position === BEYOND ? BEYOND : position + (gaps[lane] ?? 0n)));
    const page = await this.feed.read(after, limitPerLane(after, ends, BATCH));
    const fetched = page.filter((event) => event.position <= (ends[event.lane] ?? 0n));
    const expected = [...after];
    for (const event of fetched) {
      if (event.position !== (expected[event.lane] ?? 0n) + 1n)
        throw new GapRemains(track.source, event.lane, event.position - 1n);
      expected[event.lane] = event.position;
    }
    const lane = gaps.findIndex((missing, index) => missing > 0n && expected[index] === after[index]);
    if (lane !== -1) throw new GapRemains(track.source, lane, (after[lane] ?? 0n) + 1n);
    this.count(track, after, expected);
    return fetched;
  }

  /** A long gap is filled in several reads, each of which counts what it filled. */
  private count({ source }: Track, after: LanePositions, until: LanePositions): void {
    for (const [lane, position] of until.entries()) {
      const events = Number(position - (after[lane] ?? 0n));
      if (events > 0) this.reporting.observe({ kind: 'gap', consumer: this.consumer, source, lane, events });
    }
  }

  private warn(track: Track, lane: number, missing: bigint): void {
    const fields = {
      consumer: this.consumer,
      source: track.source,
      lane,
      after: String(track.positions[lane] ?? 0n),
      missing: String(missing),
    };
    this.reporting.logger.warn(fields, 'positions are missing and are read from the feed');
  }
}

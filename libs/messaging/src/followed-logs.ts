import type pg from 'pg';
import { followedIncarnation, type Track } from './cursor.js';
import { GapRemains, IncarnationChanged } from './errors.js';
import { describeFailure } from './failure.js';
import type { Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import type { Reporting } from './signals.js';

/** Whether the events that reach a consumer are of the log that its cursor counts. */
export class FollowedLogs {
  private readonly unreachable = new Set<string>();
  private readonly past = new Set<string>();

  constructor(
    private readonly consumer: string,
    private readonly options: { readonly pool: pg.Pool; readonly reporting: Reporting },
  ) {}

  /** A source that cannot be asked is followed as the one that the cursor counts: its events say whose they are. */
  async incarnationOf(feed: Feed): Promise<string> {
    try {
      const incarnation = await feed.incarnation();
      this.unreachable.delete(feed.service);
      return incarnation;
    } catch (error) {
      const followed = await followedIncarnation(this.options.pool, this.consumer, feed.service);
      if (followed === undefined) throw error;
      this.tellUnreachable(feed.service, error);
      return followed;
    }
  }

  /** Drops what an earlier incarnation left behind in a topic; a newer one throws `IncarnationChanged`. */
  async withoutPast(feed: Feed, track: Track, events: readonly FeedEvent[]): Promise<readonly FeedEvent[]> {
    const ours = events.filter((event) => event.incarnation === track.incarnation);
    const others = events.length - ours.length;
    if (others === 0) return events;
    for (const incarnation of new Set(events.map((event) => event.incarnation))) {
      const known = `${track.incarnation} ${incarnation}`;
      if (incarnation === track.incarnation || this.past.has(known)) continue;
      await this.refuseOther(feed, track);
      // Asked after the event had come, and no incarnation returns.
      this.past.add(known);
    }
    const { consumer } = this;
    this.options.reporting.observe({ kind: 'duplicates', consumer, source: track.source, events: others });
    return ours;
  }

  /** Events that were read for a track; `IncarnationChanged` when they are of another log, or missing because the source is one. */
  async same(feed: Feed, track: Track, read: () => Promise<readonly FeedEvent[]>): Promise<readonly FeedEvent[]> {
    try {
      const events = await read();
      const other = events.find((event) => event.incarnation !== track.incarnation);
      if (other === undefined) return events;
      throw new IncarnationChanged(this.consumer, track.source, track.incarnation, other.incarnation);
    } catch (error) {
      if (error instanceof GapRemains) await this.refuseOther(feed, track);
      throw error;
    }
  }

  private async refuseOther(feed: Feed, { source, incarnation }: Track): Promise<void> {
    const present = await feed.incarnation(true);
    if (present !== incarnation) throw new IncarnationChanged(this.consumer, source, incarnation, present);
  }

  private tellUnreachable(source: string, error: unknown): void {
    if (this.unreachable.has(source)) return;
    this.unreachable.add(source);
    const { errorClass, errorCode } = describeFailure(error);
    this.options.reporting.logger.warn(
      { consumer: this.consumer, source, errorClass, errorCode },
      'the source cannot be asked; the consumer goes on with the events that still arrive',
    );
  }
}

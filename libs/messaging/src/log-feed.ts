import {
  Stopwatch,
  type EventLog,
  type Incarnation,
  type LanePositions,
  type RecordedEvent,
} from '@crm/event-sourcing';
import { publicView, type FeedEvent, type Publish } from './feed-event.js';
import type { FeedWithHistory } from './feed.js';
import { HeadWatch } from './head-watch.js';

const INCARNATION_MS = 1_000;

/** How a log becomes a feed. */
export interface LogFeedOptions {
  /** Lifts stored events to the current version of their type. */
  readonly upcast?: (event: RecordedEvent) => RecordedEvent;
  /** With it the feed is the public one. */
  readonly publish?: Publish;
}

/** The feed of a service straight from its event log: the private one, and through `published` the public one with the same poll. */
export class LogFeed implements FeedWithHistory {
  readonly lanes: number;
  private known: { readonly incarnation: Promise<string>; readonly age: Stopwatch } | undefined;

  constructor(
    readonly service: string,
    private readonly log: EventLog,
    private readonly options: LogFeedOptions = {},
    private readonly watch: HeadWatch = new HeadWatch(log),
  ) {
    this.lanes = log.lanes;
  }

  /** The public feed of the same log: every position, what is not published as an internal event. */
  published(publish: Publish): LogFeed {
    return new LogFeed(this.service, this.log, { ...this.options, publish }, this.watch);
  }

  incarnation(fresh = false): Promise<string> {
    if (fresh || this.known === undefined || this.known.age.ms > INCARNATION_MS) {
      const incarnation = this.log.incarnation();
      incarnation.catch(() => (this.known = undefined));
      this.known = { incarnation, age: new Stopwatch() };
    }
    return this.known.incarnation;
  }

  incarnations(): Promise<readonly Incarnation[]> {
    return this.log.incarnations();
  }

  heads(): Promise<LanePositions> {
    return this.log.heads();
  }

  async read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    try {
      const [incarnation, stored] = await Promise.all([this.incarnation(), this.log.readLanes(after, limit)]);
      return stored.map((event) => this.view(event, incarnation));
    } catch (error) {
      // A restored server comes back over new connections: ask it anew who it is.
      this.known = undefined;
      throw error;
    }
  }

  onAdvance(listener: (heads: LanePositions) => void): () => void {
    return this.watch.watch(listener);
  }

  private view(stored: RecordedEvent, incarnation: string): FeedEvent {
    const event = this.options.upcast?.(stored) ?? stored;
    if (this.options.publish !== undefined) return publicView(event, this.options.publish, this.service, incarnation);
    return { ...event, source: this.service, incarnation };
  }
}

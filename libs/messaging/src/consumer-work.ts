import type { LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import { BatchSettling } from './batch-settling.js';
import { follows, type Consumer } from './consumer.js';
import {
  advance,
  cursorPositions,
  followedIncarnation,
  openCursor,
  storedTrack,
  trackAfter,
  type Track,
} from './cursor.js';
import { CursorMoved, GapRemains, IncarnationChanged } from './errors.js';
import { processEnded } from './failure.js';
import { BATCH, fromStart, limitPerLane, readReferences, type Feed, type Reference } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { Delivery } from './delivery.js';
import { FollowedLogs } from './followed-logs.js';
import type { Finding } from './settlement.js';
import type { Reporting } from './signals.js';
import { StartedEvents } from './started-events.js';
import { replayStep, streamStep, waitingStep } from './steps.js';

// More than that would be read again in vain after a crash.
const MOST_UNSTORED = 2_000n;

// Whole keys from their first event on: a key of more events than are read at once is due when its first event is.
const DUE = `WITH first AS (
    SELECT DISTINCT ON (source, key) source, key, due_at FROM bus.waiting WHERE consumer = $1 ORDER BY source, key, position
  ), due AS (SELECT source, key FROM first WHERE due_at <= clock_timestamp() LIMIT $2)
  SELECT w.source, w.lane, w.position FROM bus.waiting w JOIN due USING (source, key)
  WHERE w.consumer = $1 ORDER BY w.source, w.lane, w.position LIMIT $2`;

export interface ConsumerWorkOptions {
  readonly pool: pg.Pool;
  /** The service whose consumer it is. */
  readonly service: string;
  readonly consumer: Consumer;
  /** Name of its cursor; default: the consumer's. */
  readonly name?: string;
  /** Where its tables are; default: `rm`. */
  readonly schema?: string;
  readonly feeds: ReadonlyMap<string, Feed>;
  /** Ids of events that an operator gave up: passed over as if they were not there. */
  readonly skips?: ReadonlySet<string>;
  /** How often an event is tried before it is a dead letter. */
  readonly attempts: number;
  readonly reporting: Reporting;
}

/** What one consumer does with events, whoever brings them. Everything it throws leaves events as they were. */
export class ConsumerWork {
  readonly name: string;
  private readonly settling: BatchSettling;
  private readonly started: StartedEvents;
  private readonly logs: FollowedLogs;
  private readonly tracks = new Map<string, Track>();
  /** By source: whether its first batch has to be handled event by event; asked once, however often that is tried. */
  private readonly suspect = new Map<string, boolean>();

  constructor(private readonly options: ConsumerWorkOptions) {
    this.name = options.name ?? options.consumer.name;
    this.settling = new BatchSettling(options, this.name);
    this.started = new StartedEvents(options.pool, this.name);
    this.logs = new FollowedLogs(this.name, options);
  }

  /** Reads the cursor anew; throws `IncarnationChanged` when the source is another log than before. */
  async open(source: string): Promise<Track> {
    await this.keepPassed(source);
    const feed = this.feedOf(source);
    const log = { source, incarnation: await this.logs.incarnationOf(feed), lanes: feed.lanes };
    const track = await openCursor(this.options.pool, this.name, log).catch(async (error: unknown) => {
      if (!(error instanceof IncarnationChanged)) throw error;
      // What was known of the source may be older than the cursor.
      return openCursor(this.options.pool, this.name, { ...log, incarnation: await feed.incarnation(true) });
    });
    this.tracks.set(source, track);
    return track;
  }

  /** Whether the cursor counts the log that the source says it is. */
  async isCurrent(source: string): Promise<boolean> {
    const followed = await followedIncarnation(this.options.pool, this.name, source);
    return followed === undefined || followed === (await this.feedOf(source).incarnation());
  }

  /** The cursors are read anew before anything else is handled. */
  forget(): void {
    this.tracks.clear();
  }

  /** The cursor as this process knows it. */
  trackOf(source: string): Track | undefined {
    return this.tracks.get(source);
  }

  /** Handles delivered events: drops those behind the cursor, fetches those that are missing. */
  async handle(source: string, delivered: readonly FeedEvent[]): Promise<void> {
    const feed = this.feedOf(source);
    const events = await this.logs.withoutPast(feed, await this.track(source), delivered);
    const delivery = new Delivery(this.name, feed, this.options.reporting, events);
    for (;;) {
      const track = await this.track(source);
      const batch = await this.logs.same(feed, track, () => delivery.next(track));
      if (batch.length === 0) return;
      await this.handleNext(track, batch);
    }
  }

  /** Where the cursor stands, whoever moved it. */
  async standing(source: string): Promise<LanePositions> {
    const positions = await cursorPositions(this.options.pool, this.name, source);
    return positions.length > 0 ? positions : fromStart(this.feedOf(source).lanes);
  }

  /** Reads the next events from the feed, which no transport brings, and handles them; after which positions that was. */
  async fetch(source: string, from: LanePositions): Promise<LanePositions> {
    const feed = this.feedOf(source);
    const events = await feed.read(from, limitPerLane(from, await feed.heads(), BATCH));
    if (events.length === 0) return from;
    await this.open(source);
    await this.handle(source, events);
    const after = [...from];
    for (const { lane, position } of events) after[lane] = position;
    return after;
  }

  headsOf(source: string): Promise<LanePositions> {
    return this.feedOf(source).heads();
  }

  /** Handles what waited and is due; whether there was anything. */
  async resume(): Promise<boolean> {
    const { rows } = await this.options.pool.query<{ source: string; lane: number; position: bigint }>(DUE, [
      this.name,
      BATCH,
    ]);
    for (const source of new Set(rows.map((row) => row.source))) {
      const references = rows.filter((row) => row.source === source);
      const feed = this.feedOf(source);
      const events = await this.logs.same(feed, await this.track(source), () => readAll(feed, references));
      await this.settling.settle(events, waitingStep(this.name, source, events));
    }
    return rows.length > 0;
  }

  /** Stores how far the cursor has passed events that nothing had to be done about; whether there was anything to store. */
  async store(): Promise<boolean> {
    const behind = [...this.tracks.values()].filter((track) => unstored(track) > 0n);
    for (const { source } of behind) await this.keepPassed(source);
    return behind.length > 0;
  }

  get hasUnstored(): boolean {
    return [...this.tracks.values()].some((track) => unstored(track) > 0n);
  }

  /** Whether something that waited was released since the last call. */
  takeReleased(): boolean {
    return this.settling.takeReleased();
  }

  /** Handles one dead letter or parked event again; whether it went well. */
  async replay(event: FeedEvent, by: string): Promise<boolean> {
    const { source } = event;
    await this.logs.same(this.feedOf(source), await this.track(source), () => Promise.resolve([event]));
    const settlement = await this.settling.settle([event], replayStep(this.name, event, by), undefined, 1);
    return settlement.poison.length === 0;
  }

  /** What was passed may not be brought again: it is stored in every lane that nobody else has moved. */
  private async keepPassed(source: string): Promise<void> {
    const track = this.tracks.get(source);
    if (track === undefined || unstored(track) === 0n) return;
    try {
      await advance(this.options.pool, this.name, track);
      this.tracks.set(source, storedTrack(track));
    } catch (error) {
      if (!(error instanceof CursorMoved)) throw error;
      this.tracks.delete(source);
    }
  }

  private feedOf(source: string): Feed {
    const feed = this.options.feeds.get(source);
    if (feed === undefined) throw new Error(`${this.name} follows ${source}, of which there is no feed`);
    return feed;
  }

  private async track(source: string): Promise<Track> {
    return this.tracks.get(source) ?? (await this.open(source));
  }

  private wants(event: FeedEvent): boolean {
    return follows(this.options.consumer, event.source, event.type) && this.options.skips?.has(event.eventId) !== true;
  }

  private async handleNext(track: Track, batch: readonly FeedEvent[]): Promise<void> {
    const { source } = track;
    const suspect = this.suspect.get(source) ?? (await this.started.isSuspect(track));
    this.suspect.set(source, suspect);
    if (suspect) await this.handleOneByOne(track, batch);
    else await this.handleBatch(track, batch);
    this.suspect.set(source, false);
  }

  private async handleBatch(
    track: Track,
    batch: readonly FeedEvent[],
    found?: ReadonlyMap<string, Finding>,
  ): Promise<void> {
    const { reporting } = this.options;
    const startedAt = performance.now();
    const wanted = batch.filter((event) => this.wants(event));
    const next = trackAfter(track, batch);
    if (wanted.length > 0) {
      await this.settling.settle(wanted, streamStep(this.name, next), found);
      this.tracks.set(track.source, storedTrack(next));
    } else this.tracks.set(track.source, next);
    if (unstored(next) >= MOST_UNSTORED) await this.store();
    const ms = performance.now() - startedAt;
    reporting.observe({ kind: 'handled', consumer: this.name, source: track.source, events: batch.length, ms });
  }

  private async handleOneByOne(from: Track, batch: readonly FeedEvent[]): Promise<void> {
    const { attempts } = this.options;
    for (const event of batch) {
      const track = this.tracks.get(from.source) ?? from;
      if (!this.wants(event)) {
        await this.handleBatch(track, [event]);
        continue;
      }
      const startedAttempts = await this.started.mark(event);
      const poison: Finding = { is: 'poison', failure: processEnded, attempts: 0, startedAttempts };
      try {
        await this.handleBatch(
          track,
          [event],
          startedAttempts > attempts ? new Map([[event.eventId, poison]]) : undefined,
        );
      } finally {
        await this.started.unmark(event);
      }
    }
  }
}

function unstored({ stored, positions }: Track): bigint {
  return positions.reduce((sum, position, lane) => sum + position - (stored[lane] ?? 0n), 0n);
}

async function readAll(feed: Feed, references: readonly Reference[]): Promise<readonly FeedEvent[]> {
  const events = await readReferences(feed, references);
  const [first] = references;
  if (first !== undefined && references.length > events.length)
    throw new GapRemains(feed.service, first.lane, first.position);
  return events;
}

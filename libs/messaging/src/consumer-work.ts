import type pg from 'pg';
import { pause } from './back-off.js';
import { ApplyApart, HandlerFailure, PutAside, applyWhole, type Apply } from './batch-apply.js';
import { follows, isProjection, type Consumer, type Reactor } from './consumer.js';
import { advance, openCursor, trackAfter, type Track } from './cursor.js';
import { inEffectTransaction, type EffectScope } from './effect-transaction.js';
import { CursorMoved, GapRemains, IncarnationChanged, NeedsMore, isInfrastructure } from './errors.js';
import { processEnded } from './failure.js';
import { BATCH, readReferences, type Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { Delivery } from './next-batch.js';
import { ReactionRound } from './reaction-round.js';
import { Settlement, type Finding } from './settlement.js';
import { writeSettlement } from './settlement-rows.js';
import type { Reporting } from './signals.js';
import { StartedEvents } from './started-events.js';
import { replayStep, streamStep, waitingStep, type Step } from './steps.js';

const RETRY_MS = 50;

// Whole keys, so that what waits behind an event is given after it.
const DUE = `WITH due AS (
    SELECT source, key FROM bus.waiting WHERE consumer = $1 AND due_at <= clock_timestamp() GROUP BY source, key LIMIT $2
  )
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
  private readonly scope: EffectScope;
  private readonly started: StartedEvents;
  private readonly tracks = new Map<string, Track>();
  private readonly begun = new Set<string>();
  private round: ReactionRound | undefined;
  private released = false;

  constructor(private readonly options: ConsumerWorkOptions) {
    this.name = options.name ?? options.consumer.name;
    this.scope = { pool: options.pool, consumer: this.name, schema: options.schema ?? 'rm' };
    this.started = new StartedEvents(options.pool, this.name);
  }

  /** Reads the cursor anew; throws `IncarnationChanged` when the source is another log than before. */
  async open(source: string): Promise<Track> {
    const feed = this.feedOf(source);
    const track = await openCursor(this.options.pool, this.name, source, await feed.incarnation(), feed.lanes);
    this.tracks.set(source, track);
    return track;
  }

  /** The cursor as this process knows it. */
  trackOf(source: string): Track | undefined {
    return this.tracks.get(source);
  }

  /** Handles delivered events: drops those behind the cursor, fetches those that are missing. */
  async handle(source: string, delivered: readonly FeedEvent[]): Promise<void> {
    const delivery = new Delivery(this.name, this.feedOf(source), this.options.reporting, delivered);
    for (;;) {
      const track = this.tracks.get(source) ?? (await this.open(source));
      const batch = await delivery.next(track);
      const [first] = batch;
      if (first === undefined) return;
      if (first.incarnation !== track.incarnation)
        throw new IncarnationChanged(this.name, source, track.incarnation, first.incarnation);
      await this.handleNext(track, batch);
    }
  }

  /** Handles what waited and is due; whether there was anything. */
  async resume(): Promise<boolean> {
    const { rows } = await this.options.pool.query<{ source: string; lane: number; position: bigint }>(DUE, [this.name, BATCH]);
    for (const source of new Set(rows.map((row) => row.source))) {
      const references = rows.filter((row) => row.source === source);
      const events = await readReferences(this.feedOf(source), references);
      const missing = references.length > events.length ? references[0] : undefined;
      if (missing !== undefined) throw new GapRemains(source, missing.lane, missing.position);
      await this.settle(events, waitingStep(this.name, source, events));
    }
    return rows.length > 0;
  }

  /** Whether something that waited was released since the last call. */
  takeReleased(): boolean {
    const { released } = this;
    this.released = false;
    return released;
  }

  /** Handles one dead letter or parked event again; whether it went well. */
  async replay(event: FeedEvent, by: string): Promise<boolean> {
    const settlement = await this.settle([event], replayStep(this.name, event, by), undefined, 1);
    return settlement.poison.length === 0;
  }

  private feedOf(source: string): Feed {
    const feed = this.options.feeds.get(source);
    if (feed === undefined) throw new Error(`${this.name} follows ${source}, of which there is no feed`);
    return feed;
  }

  private wants(event: FeedEvent): boolean {
    return follows(this.options.consumer, event.source, event.type) && this.options.skips?.has(event.eventId) !== true;
  }

  private async handleNext(track: Track, batch: readonly FeedEvent[]): Promise<void> {
    const first = !this.begun.has(track.source);
    if (first && (await this.started.isSuspect(track))) await this.handleOneByOne(track, batch);
    else await this.handleBatch(track, batch);
    this.begun.add(track.source);
  }

  private async handleBatch(track: Track, batch: readonly FeedEvent[], found?: ReadonlyMap<string, Finding>): Promise<void> {
    const { pool, reporting } = this.options;
    const startedAt = performance.now();
    const wanted = batch.filter((event) => this.wants(event));
    const next = trackAfter(track, batch);
    if (wanted.length === 0) await advance(pool, this.name, track, next);
    else await this.settle(wanted, streamStep(this.name, track, next), found);
    this.tracks.set(track.source, next);
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
        await this.handleBatch(track, [event], startedAttempts > attempts ? new Map([[event.eventId, poison]]) : undefined);
      } finally {
        await this.started.unmark(event);
      }
    }
  }

  private async settle(
    events: readonly FeedEvent[],
    step: Step,
    found: ReadonlyMap<string, Finding> = new Map(),
    attempts = this.options.attempts,
  ): Promise<Settlement> {
    const findings = new Map(found);
    const apply = await this.prepare(events, step, findings, attempts);
    for (let attempt = 1, apart = attempts === 1; ; ) {
      try {
        const settlement = await this.commit(events, step, { findings, apply, apart, attempts });
        this.round = undefined;
        this.report(settlement);
        return settlement;
      } catch (error) {
        if (error instanceof PutAside) for (const { event, needs } of error.events) findings.set(event.eventId, { is: 'waiting', needs });
        else if (!(error instanceof HandlerFailure)) throw error;
        else if (isInfrastructure(error.cause)) throw error.cause;
        else if (error.cause instanceof NeedsMore) apart = true;
        else {
          await pause(RETRY_MS * attempt);
          apart = ++attempt >= attempts;
        }
      }
    }
  }

  /** A projection does everything in the transaction; a reactor's commands come before it, only what they left to do is applied. */
  private async prepare(
    events: readonly FeedEvent[],
    step: Step,
    findings: Map<string, Finding>,
    attempts: number,
  ): Promise<Apply> {
    const { consumer, pool } = this.options;
    if (isProjection(consumer)) return (tx, batch, flow) => consumer.apply(tx, batch, flow);
    const round = this.roundOf(consumer, attempts);
    const open = events.filter((event) => !findings.has(event.eventId));
    await round.run(open, await step.look(pool, keysOf(events)));
    for (const [eventId, finding] of round.findings) findings.set(eventId, finding);
    return async (tx, batch, flow) => {
      for (const event of batch) {
        const done = round.done.get(event.eventId);
        // Held when the reactor ran and no longer: it runs again.
        if (done === undefined) throw new CursorMoved(this.name);
        for (const effect of done.effects) await effect(tx);
        for (const key of done.satisfied) flow.satisfied(key);
      }
    };
  }

  private roundOf(reactor: Reactor, attempts: number): ReactionRound {
    this.round ??= new ReactionRound(reactor, this.name, this.options.service, attempts);
    return this.round;
  }

  private commit(
    events: readonly FeedEvent[],
    step: Step,
    how: { readonly findings: ReadonlyMap<string, Finding>; readonly apply: Apply; readonly apart: boolean; readonly attempts: number },
  ): Promise<Settlement> {
    const { consumer } = this.options;
    return inEffectTransaction(this.scope, async (tx) => {
      const settlement = new Settlement(consumer, await step.take(tx, keysOf(events)), how.findings);
      const admitted = settlement.admit(events);
      if (how.apart) await new ApplyApart(how.apply, consumer, how.attempts, tx, settlement).run(admitted);
      else if (admitted.length > 0) await applyWhole(how.apply, consumer, tx, settlement, admitted);
      const released = await writeSettlement(tx, this.name, settlement);
      await step.finish?.(tx, settlement);
      this.released ||= released;
      return settlement;
    });
  }

  private report({ poison }: Settlement): void {
    const { logger, observe } = this.options.reporting;
    for (const { event, finding } of poison) {
      const { source, lane, position, eventId, type } = event;
      const { errorClass, errorCode, fingerprint } = finding.failure;
      const fields = { consumer: this.name, source, lane, position: String(position), eventId, type, errorClass, errorCode, fingerprint };
      logger.error(fields, 'an event could not be handled; its key is parked');
      observe({ kind: 'dead-letter', consumer: this.name, source, fingerprint });
    }
  }
}

function keysOf(events: readonly FeedEvent[]): readonly string[] {
  return [...new Set(events.map((event) => event.key))];
}

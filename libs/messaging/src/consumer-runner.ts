import type pg from 'pg';
import { within } from './back-off.js';
import type { Consumer, Projection, Reactor } from './consumer.js';
import { ConsumerLoop, type ConsumerState } from './consumer-loop.js';
import { ConsumerWork } from './consumer-work.js';
import { DeadLetters } from './dead-letters.js';
import type { Feed } from './feed.js';
import { Progress, havePassed, type AwaitedPosition } from './progress.js';
import { silentLogger, type ConsumerLogger, type ConsumerSignal, type Reporting } from './signals.js';
import { readStatus, type ConsumerStatus } from './status.js';
import type { Transport } from './transport.js';

const NAME = /^[a-z0-9][a-z0-9.-]{0,99}$/;
const RESUME_MS = 500;
const RECONCILED_MS = 2_000;
const STILL_MS = 30_000;
/** As long as the broker is away, the feed is what there is. */
const UNREAD_MS = 2_000;
const STOP_MS = 20_000;

/** A source of a service's consumers: its feed for what is missing, and the transport that brings the rest. */
export interface ConsumedSource {
  readonly feed: Feed;
  readonly transport: Transport;
}

export interface ConsumerRunnerOptions {
  readonly service: string;
  readonly pool: pg.Pool;
  readonly sources: readonly ConsumedSource[];
  readonly projections?: readonly Projection[];
  readonly reactors?: readonly Reactor[];
  /** How often an event is tried before it is a dead letter; default 3. */
  readonly attempts?: number;
  /** How long `stop` waits for what is in hand; default 20 s. */
  readonly stopMs?: number;
  /** After how long what a transport does not bring is read from the feed; default 30 s. */
  readonly stillMs?: number;
  readonly logger?: ConsumerLogger;
  readonly observe?: (signal: ConsumerSignal) => void;
}

/** Runs everything of a service that follows events. Any number of instances may run at once; effects happen once. */
export class ConsumerRunner {
  readonly deadLetters: DeadLetters;
  private readonly pool: pg.Pool;
  private readonly feeds: ReadonlyMap<string, Feed>;
  private readonly loops: readonly ConsumerLoop[];
  private readonly progress = new Progress();
  private readonly reporting: Reporting;
  private timer: NodeJS.Timeout | undefined;
  private resuming: Promise<void> = Promise.resolve();
  private lookedAt = 0;
  private fetchedAt = 0;
  private fetchedUnreadAt = 0;

  constructor(private readonly options: ConsumerRunnerOptions) {
    this.pool = options.pool;
    this.feeds = new Map(options.sources.map(({ feed }) => [feed.service, feed]));
    this.reporting = { logger: options.logger ?? silentLogger, observe: options.observe ?? (() => undefined) };
    const consumers: readonly Consumer[] = [...(options.projections ?? []), ...(options.reactors ?? [])];
    this.checkNames(consumers);
    this.loops = consumers.map((consumer) => this.loopOf(consumer));
    this.deadLetters = new DeadLetters(this.pool, this.loops, this.feeds);
  }

  async start(): Promise<void> {
    await this.rememberVersions();
    for (const loop of this.loops) this.startLoop(loop);
    this.fetchedAt = performance.now();
    this.scheduleResume();
  }

  /** Stops after the batches in hand. A handler that does not end is left behind: its cursor keeps it from doing harm. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const stopped = Promise.all([...this.loops.map((loop) => loop.stop()), this.resuming]);
    if ((await within(stopped, this.options.stopMs ?? STOP_MS)) !== undefined) return;
    const consumers = this.loops.filter((loop) => loop.isBusy).map((loop) => loop.work.name);
    this.reporting.logger.error({ consumers }, 'consumers do not end; they are left behind');
  }

  /** What each consumer does at the moment; asks nobody. */
  get states(): ReadonlyMap<string, ConsumerState> {
    return new Map(this.loops.map((loop) => [loop.work.name, loop.state]));
  }

  async status(): Promise<readonly ConsumerStatus[]> {
    await Promise.all(this.loops.map((loop) => loop.store()));
    return readStatus(this.pool, this.loops, this.feeds);
  }

  /**
   * Waits until consumers have passed positions; whether they did in time. Sources that a consumer does not follow and
   * consumers that are not here are left out.
   */
  waitFor(positions: readonly AwaitedPosition[], consumers: readonly string[], timeoutMs: number): Promise<boolean> {
    const loops = this.loops.filter((loop) => consumers.includes(loop.work.name));
    const awaited = loops.flatMap((loop) =>
      positions
        .filter(({ source }) => loop.sources.includes(source))
        .map((at) => ({ ...at, consumer: loop.work.name })),
    );
    return this.progress.until(async () => {
      await Promise.all(loops.map((loop) => loop.store()));
      return havePassed(this.pool, awaited);
    }, timeoutMs);
  }

  /** Whether every consumer has handled all that its sources hold, and nothing waits. */
  async isIdle(): Promise<boolean> {
    const status = await this.status();
    return status.every(({ waiting, sources }) => waiting === 0 && sources.every(({ lag }) => lag === 0n));
  }

  /** Resolves when nothing is left to do; rejects, naming who still has something, when that takes longer. */
  async idle(timeoutMs = 20_000): Promise<void> {
    if (await this.progress.until(() => this.isIdle(), timeoutMs)) return;
    const busy = (await this.status()).filter(
      ({ waiting, sources }) => waiting > 0 || sources.some(({ lag }) => lag !== 0n),
    );
    const names = busy.map(({ consumer, state, waiting }) => `${consumer} (${state}, ${String(waiting)} waiting)`);
    throw new Error(`consumers are not idle after ${String(timeoutMs)} ms: ${names.join(', ')}`);
  }

  private checkNames(consumers: readonly Consumer[]): void {
    const names = consumers.map(({ name }) => name);
    const wrong = names.find((name, index) => !NAME.test(name) || names.indexOf(name) !== index);
    if (wrong !== undefined) throw new Error(`the consumer name ${wrong} is taken or not in lower case`);
  }

  private loopOf(consumer: Consumer): ConsumerLoop {
    const { service, attempts = 3 } = this.options;
    const work = new ConsumerWork({
      pool: this.pool,
      service,
      consumer,
      feeds: this.feeds,
      attempts,
      reporting: this.reporting,
    });
    return new ConsumerLoop(consumer, work, this.reporting, this.progress.tell);
  }

  private startLoop(loop: ConsumerLoop): void {
    const transports = new Map(this.options.sources.map(({ feed, transport }) => [feed.service, transport]));
    loop.start((source) => {
      const transport = transports.get(source);
      if (transport === undefined)
        throw new Error(`${loop.work.name} follows ${source}, which is not a source of this service`);
      return transport;
    });
  }

  private async rememberVersions(): Promise<void> {
    const projections = this.options.projections ?? [];
    await this.pool.query(
      'INSERT INTO bus.consumer (consumer, version) SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING',
      [projections.map(({ name }) => name), projections.map(({ version }) => version ?? 1)],
    );
  }

  private scheduleResume(): void {
    this.timer = setTimeout(() => {
      this.resuming = this.resumeDue().finally(() => {
        if (this.timer !== undefined) this.scheduleResume();
      });
    }, RESUME_MS);
  }

  private async resumeDue(): Promise<void> {
    this.fetchStill();
    try {
      const { rows } = await this.pool.query<{ consumer: string }>(
        'SELECT DISTINCT consumer FROM bus.waiting WHERE due_at <= clock_timestamp()',
      );
      const due = new Set(rows.map((row) => row.consumer));
      await Promise.all(this.loops.filter((loop) => due.has(loop.work.name)).map((loop) => loop.resume()));
      if (performance.now() - this.lookedAt > RECONCILED_MS) await this.startReconciled();
    } catch {
      // The database cannot be reached: every consumer reports that itself.
    }
  }

  private fetchStill(): void {
    const { stillMs = STILL_MS } = this.options;
    const now = performance.now();
    if (now - this.fetchedAt >= stillMs) {
      this.fetchedAt = this.fetchedUnreadAt = now;
      for (const loop of this.loops) loop.fetchStill('all');
    } else if (now - this.fetchedUnreadAt >= UNREAD_MS) {
      this.fetchedUnreadAt = now;
      for (const loop of this.loops) loop.fetchStill('unread');
    }
  }

  /** Consumers that a restored source had stopped go on once their cursors count the log that it is now. */
  private async startReconciled(): Promise<void> {
    this.lookedAt = performance.now();
    for (const loop of this.loops) {
      // One of its sources cannot be asked: it is looked at again, and the others do not wait for it.
      const isReconciled = await loop.isReconciled().catch(() => false);
      if (isReconciled && this.timer !== undefined) this.startLoop(loop);
    }
  }
}

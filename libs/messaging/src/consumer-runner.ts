import type pg from 'pg';
import type { Consumer, Projection, Reactor } from './consumer.js';
import { ConsumerLoop } from './consumer-loop.js';
import { ConsumerWork } from './consumer-work.js';
import { DeadLetters } from './dead-letters.js';
import type { Feed } from './feed.js';
import { Progress, havePassed, type AwaitedPosition } from './progress.js';
import { silentLogger, type ConsumerLogger, type ConsumerSignal, type Reporting } from './signals.js';
import { readStatus, type ConsumerStatus } from './status.js';
import type { Transport } from './transport.js';

const NAME = /^[a-z0-9][a-z0-9.-]{0,99}$/;
const RESUME_MS = 500;

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
    const transports = new Map(this.options.sources.map(({ feed, transport }) => [feed.service, transport]));
    for (const loop of this.loops) {
      loop.start((source) => {
        const transport = transports.get(source);
        if (transport === undefined)
          throw new Error(`${loop.work.name} follows ${source}, which is not a source of this service`);
        return transport;
      });
    }
    this.scheduleResume();
  }

  /** Stops after the batches in hand. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.resuming;
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
  async idle(timeoutMs = 10_000): Promise<void> {
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
    try {
      const { rows } = await this.pool.query<{ consumer: string }>(
        'SELECT DISTINCT consumer FROM bus.waiting WHERE due_at <= clock_timestamp()',
      );
      const due = new Set(rows.map((row) => row.consumer));
      await Promise.all(this.loops.filter((loop) => due.has(loop.work.name)).map((loop) => loop.resume()));
    } catch {
      // The database cannot be reached: every consumer reports that itself.
    }
  }
}

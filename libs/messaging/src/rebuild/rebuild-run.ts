import type { LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import { pause } from '../back-off.js';
import type { Projection, Tx } from '../consumer.js';
import { ConsumerWork } from '../consumer-work.js';
import { inEffectTransaction } from '../effect-transaction.js';
import { GapRemains, IncarnationChanged } from '../errors.js';
import { BATCH, fromStart, limitPerLane, type Feed } from '../feed.js';
import { silentLogger, type ConsumerLogger } from '../signals.js';
import { compareTables, type TableComparison } from './compare-tables.js';
import { NEXT_SCHEMA, switchTables } from './next-tables.js';
import { isAnythingDue, makeDue, standing, takeOver } from './rebuild-rows.js';

/** What to rebuild, from where. */
export interface RebuildOptions {
  readonly projection: Projection;
  /** A feed of each of its sources. */
  readonly feeds: readonly Feed[];
  readonly pool: pg.Pool;
  /** The difference that a refused rebuild reported: switch although the tables differ by it. */
  readonly accept?: string;
  /** The live projection counts a log that a source is not any more: rebuild from the present one, and switch whatever differs. */
  readonly restored?: boolean;
  readonly onProgress?: (progress: { readonly events: number }) => void;
  readonly logger?: ConsumerLogger;
}

/** What a rebuild found and did. */
export interface RebuildResult {
  readonly switched: boolean;
  /** Events read from the feeds. */
  readonly events: number;
  readonly tables: readonly TableComparison[];
  /** Hash of all rows that differ; null when none does. */
  readonly difference: string | null;
}

const CLOSE = 2_000n;
const LIVE_WAIT_TRIES = 100;
const LIVE_WAIT_MS = 20;

/** One rebuild under way: follows the live projection until both can be held at one vector of positions. */
export class RebuildRun {
  private readonly work: ConsumerWork;
  private readonly projection: Projection;
  private readonly pool: pg.Pool;
  private readonly feeds: ReadonlyMap<string, Feed>;
  private events = 0;

  constructor(
    private readonly options: RebuildOptions,
    private readonly name: string,
    skips: ReadonlySet<string>,
  ) {
    this.projection = options.projection;
    this.pool = options.pool;
    this.feeds = new Map(options.feeds.map((feed) => [feed.service, feed]));
    this.work = new ConsumerWork({
      pool: this.pool,
      service: '',
      consumer: this.projection,
      name,
      schema: NEXT_SCHEMA,
      feeds: this.feeds,
      skips,
      attempts: 1,
      reporting: { logger: options.logger ?? silentLogger, observe: () => undefined },
    });
  }

  /** Catches up, halts both sides, compares, and switches when there is no difference or `isAccepted` allows it. */
  async run(isAccepted: (difference: string) => boolean): Promise<RebuildResult> {
    while ((await this.follow(this.pool)) > CLOSE);
    await this.letLiveSettle();
    return inEffectTransaction({ pool: this.pool, consumer: this.projection.name, schema: 'rm' }, async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
      await this.follow(tx);
      await this.settleWaiting();
      const { tables, difference } = await compareTables(tx, this.projection.tables);
      const switched = difference === null || isAccepted(difference);
      if (switched) await this.switch(tx);
      else await this.refuse(tx, difference);
      return { switched, events: this.events, tables, difference };
    });
  }

  /** Reads up to where the live projection stands; how many events that were. In a transaction the live one is held there. */
  private async follow(on: pg.Pool | Tx): Promise<bigint> {
    const targets = new Map<string, LanePositions>();
    for (const source of this.sources()) targets.set(source, await this.targetOf(on, source));
    let read = 0n;
    for (let batch = -1n; batch !== 0n; read += batch) {
      batch = 0n;
      for (const [source, target] of targets) batch += await this.followBatch(source, target);
    }
    return read;
  }

  private async followBatch(source: string, target: LanePositions): Promise<bigint> {
    const feed = this.feedOf(source);
    const { positions } = this.work.trackOf(source) ?? (await this.work.open(source));
    const lane = positions.findIndex((position, index) => position < (target[index] ?? 0n));
    if (lane === -1) return 0n;
    const page = await feed.read(positions, limitPerLane(positions, target, BATCH));
    const events = page.filter((event) => event.position <= (target[event.lane] ?? 0n));
    if (events.length === 0) throw new GapRemains(source, lane, (positions[lane] ?? 0n) + 1n);
    await this.work.handle(source, events);
    if (this.work.takeReleased()) while (await this.work.resume());
    this.events += events.length;
    this.options.onProgress?.({ events: this.events });
    return BigInt(events.length);
  }

  private async targetOf(on: pg.Pool | Tx, source: string): Promise<LanePositions> {
    const feed = this.feedOf(source);
    const live = await standing(on, this.projection.name, source, on !== this.pool);
    const incarnation = await feed.incarnation(true);
    if (live === undefined || live.incarnation === incarnation) return live?.positions ?? fromStart(feed.lanes);
    if (this.options.restored === true) return feed.heads();
    throw new IncarnationChanged(this.projection.name, source, live.incarnation, incarnation);
  }

  private sources(): ReadonlySet<string> {
    return new Set(this.projection.sources.map(({ service }) => service));
  }

  private feedOf(source: string): Feed {
    const feed = this.feeds.get(source);
    if (feed === undefined) throw new Error(`${this.projection.name} follows ${source}, of which there is no feed`);
    return feed;
  }

  /** Gives the live projection the time to handle what waits and could go on, so that no difference comes from timing. */
  private async letLiveSettle(): Promise<void> {
    if (this.options.restored === true || !(await makeDue(this.pool, this.projection.name))) return;
    for (let tries = 0; tries < LIVE_WAIT_TRIES && (await isAnythingDue(this.pool, this.projection.name)); tries++)
      await pause(LIVE_WAIT_MS);
  }

  private async settleWaiting(): Promise<void> {
    if (await makeDue(this.pool, this.name)) while (await this.work.resume());
  }

  private async switch(tx: Tx): Promise<void> {
    await this.work.store();
    await switchTables(tx, this.projection.tables);
    await takeOver(tx, this.projection.name, this.name, this.projection.version ?? 1);
  }

  private async refuse(tx: Tx, difference: string): Promise<void> {
    await tx.query('UPDATE bus.rebuild SET refused_at = clock_timestamp(), difference = $2 WHERE projection = $1', [
      this.projection.name,
      difference,
    ]);
  }
}

import { setImmediate } from 'node:timers/promises';
import type { LanePositions } from '@crm/event-sourcing';
import { BackOff, pause } from '../back-off.js';
import { BEYOND, limitPerLane } from '../feed.js';
import { HeldLanes, type HeldLanesOptions } from './held-lanes.js';
import { describeKafka } from './kafka-errors.js';
import type { RelayOutlet } from './relay-outlet.js';
import { toPage, type RelayPage } from './relay-page.js';

const PAGE = 1_000;

export interface RelaySessionOptions extends HeldLanesOptions {
  readonly openOutlet: (over: AbortSignal) => Promise<RelayOutlet>;
  /** How often free lanes are tried, and the broker is asked whether it has everything. */
  readonly lookMs: number;
  /** Ends the session after what is under way. */
  readonly stopping: AbortSignal;
  /** Ends what is under way, too. */
  readonly cut: AbortSignal;
}

/** A relay at work on the lanes whose locks it holds. Any error that it does not get over by itself ends it. */
export class RelaySession {
  private readonly lanes: HeldLanes;
  private readonly over: AbortSignal;
  private readonly backOff = new BackOff(100, 5_000);
  private outlet: RelayOutlet | undefined;
  private heads: LanePositions = [];
  private lookAt = 0;
  private bell = new AbortController();

  constructor(private readonly options: RelaySessionOptions) {
    this.lanes = new HeldLanes(options);
    this.over = AbortSignal.any([options.locks.lost, options.cut]);
  }

  get held(): readonly number[] {
    return this.lanes.numbers;
  }

  async run(): Promise<void> {
    const { feed, locks, stopping } = this.options;
    const ring = (): void => {
      this.bell.abort();
    };
    const ends = AbortSignal.any([locks.lost, stopping]);
    ends.addEventListener('abort', ring);
    const endWatch = feed.onAdvance((heads) => {
      this.heads = heads;
      ring();
    });
    try {
      await this.lanes.prepare();
      while (!stopping.aborted) await this.step();
    } finally {
      endWatch();
      ends.removeEventListener('abort', ring);
      this.outlet?.close();
    }
  }

  private async step(): Promise<void> {
    if (performance.now() >= this.lookAt) await this.lookAround();
    this.bell = new AbortController();
    const open = this.held.filter((lane) => (this.heads[lane] ?? 0n) > (this.lanes.positionOf(lane) ?? BEYOND));
    if (open.length > 0) await this.work(open);
    else await pause(this.lookAt - performance.now(), this.bell.signal);
  }

  private async lookAround(): Promise<void> {
    await this.lanes.takeFree();
    await this.compare();
    this.lookAt = performance.now() + this.options.lookMs;
  }

  private async compare(): Promise<void> {
    if (this.held.length === 0) return;
    const outlet = (this.outlet ??= await this.options.openOutlet(this.over));
    await this.lanes.compare(() => outlet.ends());
  }

  private async work(lanes: readonly number[]): Promise<void> {
    try {
      await this.publish(lanes);
      this.backOff.reset();
    } catch (error) {
      await this.startOver(error);
      await this.workOneByOne(lanes);
    }
  }

  /** After an error every lane goes alone, so that what is wrong with one does not hold up the others. */
  private async workOneByOne(lanes: readonly number[]): Promise<void> {
    let failed = 0;
    for (const lane of lanes) {
      if (this.options.stopping.aborted) return;
      try {
        await this.publish([lane]);
      } catch (error) {
        failed += 1;
        if (failed === lanes.length) throw error;
        await this.startOver(error, lane);
      }
    }
    if (failed > 0) await pause(this.backOff.nextMs(), this.options.stopping);
  }

  /** What was sent without an answer may be there or not: a new producer goes on from the cursors. */
  private async startOver(error: unknown, lane?: number): Promise<void> {
    const { feed, reporting, stopping } = this.options;
    if (this.over.aborted || stopping.aborted) throw error;
    const fields = { source: feed.service, ...(lane !== undefined && { lane }), ...describeKafka(error) };
    reporting.logger.warn(fields, 'publishing failed and is repeated');
    this.outlet?.close();
    this.outlet = undefined;
    await this.lanes.reread();
    await this.compare();
  }

  /** Publishes pages until the lanes are through or it is time to look around; the next is read while one is under way. */
  private async publish(lanes: readonly number[]): Promise<void> {
    let stored: Promise<void> = Promise.resolve();
    let page = await this.read(lanes);
    while (page !== undefined) {
      const startedAt = performance.now();
      const next = this.mayGoOn ? this.read(lanes, page) : undefined;
      next?.catch(() => undefined);
      // The query leaves before the messages are encoded, so that the database works meanwhile.
      await setImmediate();
      const offsets = await this.send(page);
      await stored;
      stored = this.lanes.acknowledge(page, offsets);
      stored.catch(() => undefined);
      this.tell(page, performance.now() - startedAt);
      page = await next;
    }
    await stored;
  }

  private tell(page: RelayPage, ms: number): void {
    const { feed, reporting } = this.options;
    reporting.observe({ kind: 'published', source: feed.service, events: page.messages.length, ms });
  }

  private get mayGoOn(): boolean {
    return performance.now() < this.lookAt && !this.options.stopping.aborted;
  }

  private async send(page: RelayPage): Promise<ReadonlyMap<number, bigint>> {
    if (this.outlet === undefined) throw new Error('there is no connection to a broker');
    return this.outlet.send(page.messages);
  }

  /** The next events of these lanes, or those after a page that is not acknowledged yet. */
  private async read(lanes: readonly number[], before?: RelayPage): Promise<RelayPage | undefined> {
    const { feed } = this.options;
    const { heads } = this;
    const after = Array.from({ length: feed.lanes }, () => BEYOND);
    for (const lane of lanes) after[lane] = before?.lanes.get(lane)?.last ?? this.lanes.positionOf(lane) ?? BEYOND;
    if (!heads.some((head, lane) => head > (after[lane] ?? BEYOND))) return undefined;
    const events = await feed.read(after, limitPerLane(after, heads, PAGE));
    if (events.some(({ incarnation }) => incarnation !== this.lanes.incarnation))
      throw new Error(`${feed.service} has a new incarnation`);
    return events.length === 0 ? undefined : toPage(events);
  }
}

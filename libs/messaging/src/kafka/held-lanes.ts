import { pause } from '../back-off.js';
import type { Feed } from '../feed.js';
import { lockOf, type LockSession } from '../lock-session.js';
import { PartitionUnanswered } from './kafka-errors.js';
import { RelayCursors, type RelayCursor } from './relay-cursors.js';
import type { RelayPage } from './relay-page.js';
import type { RelayReporting, RelaySignal } from './relay-signals.js';

const SECOND_LOOK_MS = 500;

export interface HeldLanesOptions {
  readonly feed: Feed;
  readonly locks: LockSession;
  readonly reporting: RelayReporting;
  readonly stopping: AbortSignal;
}

type Reason = Extract<RelaySignal, { kind: 'republishing' }>['because'];

/** The lanes whose locks this relay holds, and how far each is on the broker. */
export class HeldLanes {
  private readonly lanes = new Map<number, RelayCursor>();
  private readonly cursors: RelayCursors;
  private currentIncarnation = '';

  constructor(private readonly options: HeldLanesOptions) {
    this.cursors = new RelayCursors(options.locks);
  }

  /** The log that these cursors count. */
  get incarnation(): string {
    return this.currentIncarnation;
  }

  get numbers(): readonly number[] {
    return [...this.lanes.keys()];
  }

  positionOf(lane: number): bigint | undefined {
    return this.lanes.get(lane)?.position;
  }

  prepare(): Promise<void> {
    return this.cursors.prepare();
  }

  /** Takes the lanes that nobody holds. */
  async takeFree(): Promise<void> {
    const { feed, locks } = this.options;
    const free = Array.from({ length: feed.lanes }, (_, lane) => lane).filter((lane) => !this.lanes.has(lane));
    const taken = await locks.take(free.map((lane) => this.lockOf(lane)));
    await this.read(free.filter((lane) => taken.has(this.lockOf(lane))));
  }

  /** Reads the cursors anew. */
  reread(): Promise<void> {
    return this.read(this.numbers);
  }

  /** Compares the cursors with the store and with where the partitions end: what is missing is published again. */
  async compare(endsOf: () => Promise<readonly bigint[]>): Promise<void> {
    const isLost = (cursor: RelayCursor): boolean => (ends[cursor.lane] ?? 0n) < cursor.nextOffset;
    let ends = await endsOf();
    if ([...this.lanes.values()].some(isLost)) {
      // A leader that was elected a moment ago may know of less than it has.
      await pause(SECOND_LOOK_MS, this.options.stopping);
      ends = await endsOf();
    }
    for (const cursor of [...this.lanes.values()]) {
      const end = ends[cursor.lane] ?? 0n;
      if (cursor.incarnation !== this.incarnation) await this.publishAgain(cursor, 'new-incarnation', end);
      else if (isLost(cursor)) await this.publishAgain(cursor, 'broker-lost-events', end);
    }
  }

  /** Stores that a page is on the broker, at these offsets. Fails when they are lower than they can be. */
  async acknowledge(page: RelayPage, offsets: ReadonlyMap<number, bigint>): Promise<void> {
    const steps: { from: RelayCursor; to: RelayCursor }[] = [];
    const lost: RelayCursor[] = [];
    for (const [lane, { last, events }] of page.lanes) {
      const from = this.lanes.get(lane);
      const offset = offsets.get(lane);
      if (from === undefined) continue;
      if (offset === undefined) throw new PartitionUnanswered([lane]);
      if (offset < from.nextOffset) lost.push(from);
      else steps.push({ from, to: { ...from, position: last, nextOffset: offset + BigInt(events) } });
    }
    await this.move(steps);
    for (const cursor of lost) await this.publishAgain(cursor, 'broker-lost-events', 0n);
    if (lost.length > 0) throw new Error(`the broker lost events of ${this.options.feed.service}`);
  }

  private async read(lanes: readonly number[]): Promise<void> {
    this.currentIncarnation = await this.options.feed.incarnation(true);
    if (lanes.length === 0) return;
    for (const cursor of await this.cursors.read(lanes, this.incarnation)) this.lanes.set(cursor.lane, cursor);
  }

  /** Every position is published once at least, so what is missing anywhere is published from the start. */
  private async publishAgain(from: RelayCursor, because: Reason, nextOffset: bigint): Promise<void> {
    const { lane } = from;
    const { service: source } = this.options.feed;
    const { logger, observe } = this.options.reporting;
    await this.move([{ from, to: { lane, incarnation: this.incarnation, position: 0n, nextOffset } }]);
    const fields = { source, lane, published: String(from.position), because };
    if (because === 'broker-lost-events') logger.error(fields, 'the broker lost events: the lane is published again');
    else logger.warn(fields, 'the store has a new incarnation: the lane is published again');
    observe({ kind: 'republishing', source, lane, because });
  }

  private async move(steps: readonly { from: RelayCursor; to: RelayCursor }[]): Promise<void> {
    for (const { to } of steps) this.lanes.set(to.lane, to);
    const moved = await this.cursors.move(steps);
    for (const { from } of steps) if (!moved.has(from.lane)) await this.giveUp(from.lane);
  }

  /** Another relay moved the cursor: whoever it was, the lane is competed for again. */
  private async giveUp(lane: number): Promise<void> {
    const { locks, feed, reporting } = this.options;
    this.lanes.delete(lane);
    reporting.logger.warn({ source: feed.service, lane }, 'another relay publishes the lane');
    reporting.observe({ kind: 'lane-given-up', source: feed.service, lane });
    await locks.release(this.lockOf(lane));
  }

  private lockOf(lane: number): string {
    return lockOf(`relay:${this.options.feed.service}:${String(lane)}`);
  }
}

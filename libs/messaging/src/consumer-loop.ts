import type { LanePositions } from '@crm/event-sourcing';
import { BackOff, pause } from './back-off.js';
import { isProjection, type Consumer } from './consumer.js';
import type { ConsumerWork } from './consumer-work.js';
import type { Track } from './cursor.js';
import { CursorMoved, GapRemains, IncarnationChanged } from './errors.js';
import { describeFailure } from './failure.js';
import type { FeedEvent } from './feed-event.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Reporting } from './signals.js';
import { StillLanes, type Look } from './still-lanes.js';
import type { Subscription, Transport } from './transport.js';

const STORE_MS = 250;
const STORE_AGAIN_MS = 1_000;

export type ConsumerState = 'stopped' | 'running' | 'backing-off' | 'incarnation-changed';

/** One consumer at work: takes deliveries of all its sources one after the other and never gives up on the surroundings. */
export class ConsumerLoop {
  readonly kind: 'projection' | 'reactor';
  private current: Exclude<ConsumerState, 'backing-off'> = 'stopped';
  /** Sources that cannot be read at present. */
  private readonly unread = new Set<string>();
  /** Sources whose events cannot be handled at present. */
  private readonly unhandled = new Set<string>();
  private subscriptions = new Map<string, Subscription>();
  private stopping = new AbortController();
  private ending = false;
  private storing: NodeJS.Timeout | undefined;
  private readonly fetching = new Map<string, Promise<void>>();
  private readonly turn = new OneAtATime();
  private readonly still: StillLanes;

  constructor(
    readonly consumer: Consumer,
    readonly work: ConsumerWork,
    private readonly reporting: Reporting,
    private readonly onProgress: () => void,
  ) {
    this.kind = isProjection(consumer) ? 'projection' : 'reactor';
    this.still = new StillLanes(work);
  }

  get state(): ConsumerState {
    return this.current === 'running' && this.unread.size + this.unhandled.size > 0 ? 'backing-off' : this.current;
  }

  get isBusy(): boolean {
    return this.turn.isBusy;
  }

  get sources(): readonly string[] {
    return [...new Set(this.consumer.sources.map(({ service }) => service))];
  }

  start(transportOf: (source: string) => Transport): void {
    this.stopping = new AbortController();
    this.work.forget();
    this.unread.clear();
    this.unhandled.clear();
    this.current = 'running';
    for (const source of this.sources) {
      const subscriber = {
        consumer: this.work.name,
        source,
        positions: () => this.turn.run(async () => (await this.open(source)).positions),
        deliver: (events: readonly FeedEvent[]) => this.deliver(source, events),
        failed: (error: unknown) => {
          // While the feed is read instead, how that goes says whether the consumer works.
          if (!this.isSilent(source)) this.unread.add(source);
          this.warn(error, 0);
        },
        recovered: () => {
          this.unread.delete(source);
        },
      };
      this.subscriptions.set(source, transportOf(source).subscribe(subscriber));
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.ending = true;
    const subscriptions = [...this.subscriptions.values()];
    this.subscriptions.clear();
    await Promise.all([...subscriptions.map((subscription) => subscription.stop()), ...this.fetching.values()]);
    await this.turn.run(() => Promise.resolve());
    await this.store();
    if (this.current !== 'incarnation-changed') this.current = 'stopped';
    this.ending = false;
  }

  /** Whether a consumer that was stopped by a restored source can go on. */
  async isReconciled(): Promise<boolean> {
    if (this.current !== 'incarnation-changed' || this.ending) return false;
    const current = await Promise.all(this.sources.map((source) => this.work.isCurrent(source)));
    return current.every((is) => is);
  }

  /** Hands what waited and is due to the consumer again. */
  async resume(): Promise<void> {
    if (this.stopping.signal.aborted || this.current === 'incarnation-changed') return;
    try {
      while (await this.turn.run(() => this.work.resume())) this.onProgress();
    } catch (error) {
      if (!this.halt(error)) this.warn(error, 0);
    }
  }

  /** Reads from the feed what no transport brings any more: of every source, or of those alone that nobody reads at present. */
  fetchStill(which: 'all' | 'unread'): void {
    for (const source of this.sources)
      if ((which === 'all' || this.isUnread(source)) && !this.fetching.has(source))
        this.fetching.set(
          source,
          this.fetchSource(source).finally(() => this.fetching.delete(source)),
        );
  }

  private isSilent(source: string): boolean {
    return this.subscriptions.get(source)?.isSilent ?? false;
  }

  private isUnread(source: string): boolean {
    return this.isSilent(source) || this.unread.has(source);
  }

  private async fetchSource(source: string): Promise<void> {
    if (this.stopping.signal.aborted || (this.turn.isBusy && !this.isUnread(source))) return;
    const wasSilent = this.isSilent(source);
    const look = await this.lookAt(source);
    if (look?.from === undefined) return;
    try {
      // The rest is brought by a transport that speaks again.
      await this.fetchFrom(source, look.from, () => !wasSilent || this.isSilent(source));
      this.unhandled.delete(source);
    } catch (error) {
      if (this.halt(error) || error instanceof CursorMoved) return;
      this.unhandled.add(source);
      this.warn(error, 0);
    }
  }

  private async lookAt(source: string): Promise<Look | undefined> {
    try {
      const look = await this.still.look(source);
      if (look.isWhole) this.unread.delete(source);
      if (look.from === undefined) this.unhandled.delete(source);
      return look;
    } catch (error) {
      if (this.halt(error)) return undefined;
      if (this.isSilent(source)) this.unread.add(source);
      this.warn(error, 0);
      return undefined;
    }
  }

  /** Stores the cursor where it has passed events that this consumer does not want, unless the consumer is at work. */
  async store(): Promise<void> {
    clearTimeout(this.storing);
    this.storing = undefined;
    if (this.turn.isBusy) {
      this.storeSoon();
      return;
    }
    if (!this.work.hasUnstored) return;
    try {
      if (await this.turn.run(() => this.work.store())) this.onProgress();
    } catch (error) {
      this.warn(error, STORE_AGAIN_MS);
      if (!this.stopping.signal.aborted) this.storing ??= setTimeout(() => void this.store(), STORE_AGAIN_MS);
    }
  }

  // One commit for many events that nothing has to be done about.
  private storeSoon(): void {
    if (this.work.hasUnstored) this.storing ??= setTimeout(() => void this.store(), STORE_MS);
  }

  /** Runs an operator's work between deliveries. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.turn.run(work);
  }

  private async fetchFrom(source: string, start: LanePositions, isOn: () => boolean): Promise<void> {
    for (let from: LanePositions | undefined = start; from !== undefined && !this.stopping.signal.aborted && isOn();) {
      const at: LanePositions = from;
      const after = await this.turn.run(() => this.work.fetch(source, at));
      this.onProgress();
      from = after === at ? undefined : after;
      await this.still.moved(source);
    }
    this.storeSoon();
  }

  private async open(source: string): Promise<Track> {
    try {
      return await this.work.open(source);
    } catch (error) {
      this.halt(error);
      if (!(error instanceof IncarnationChanged)) this.warn(error, 0);
      throw error;
    }
  }

  private async deliver(source: string, events: readonly FeedEvent[]): Promise<void> {
    const backOff = new BackOff();
    for (;;) {
      if (this.stopping.signal.aborted) throw new Error(`${this.work.name} is stopped`);
      try {
        await this.turn.run(() => this.work.handle(source, events));
        this.unread.delete(source);
        this.unhandled.delete(source);
        this.onProgress();
        this.storeSoon();
        if (this.work.takeReleased()) await this.resume();
        return;
      } catch (error) {
        if (this.halt(error)) throw error;
        await this.retryLater(source, error, backOff);
      }
    }
  }

  /** Whether the error ends the consumer. */
  private halt(error: unknown): boolean {
    if (!(error instanceof IncarnationChanged)) return false;
    if (this.current !== 'incarnation-changed') {
      const { consumer, source, known, found } = error;
      this.reporting.logger.error({ consumer, source, known, found }, error.message);
      this.reporting.observe({ kind: 'incarnation-changed', consumer, source });
    }
    this.current = 'incarnation-changed';
    void this.stop();
    return true;
  }

  private async retryLater(source: string, error: unknown, backOff: BackOff): Promise<void> {
    const ms = backOff.nextMs();
    if (!(error instanceof CursorMoved)) {
      this.unhandled.add(source);
      this.warn(error, ms);
    }
    await pause(ms, this.stopping.signal);
    // A commit without an answer may have moved the cursor, and so may another instance.
    await this.turn.run(() => this.work.open(source)).catch((failed: unknown) => this.halt(failed));
  }

  private warn(error: unknown, ms: number): void {
    const { errorClass, errorCode, fingerprint, message } = describeFailure(error);
    const consumer = this.work.name;
    if (error instanceof GapRemains) {
      const { source, lane, position } = error;
      this.reporting.logger.error({ consumer, source, lane, position: String(position) }, error.message);
      this.reporting.observe({ kind: 'gap-remains', consumer, source, lane });
    }
    this.reporting.logger.warn(
      { consumer, errorClass, errorCode, fingerprint, reason: message, retryInMs: Math.round(ms) },
      'consumer retries',
    );
    this.reporting.observe({ kind: 'backing-off', consumer, error: errorClass, ms });
  }
}

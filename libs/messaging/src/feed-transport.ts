import type { LanePositions } from '@crm/event-sourcing';
import { BackOff, pause } from './back-off.js';
import { GapRemains } from './errors.js';
import type { Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { SharedReads } from './shared-reads.js';
import type { Subscriber, Subscription, Transport } from './transport.js';

// The statements of a delivery leave first: what is read meanwhile would keep this process from sending them.
const AHEAD_MS = 3;

/** The transport that needs no broker: reads each source's feed where its head has moved past the cursor. */
export class FeedTransport implements Transport {
  private readonly sources: ReadonlyMap<string, { readonly feed: Feed; readonly reads: SharedReads }>;
  private readonly running = new Set<FeedSubscription>();

  constructor(feeds: readonly Feed[]) {
    this.sources = new Map(feeds.map((feed) => [feed.service, { feed, reads: new SharedReads(feed) }]));
  }

  subscribe(subscriber: Subscriber): Subscription {
    const source = this.sources.get(subscriber.source);
    if (source === undefined)
      throw new Error(`${subscriber.consumer} follows ${subscriber.source}, of which there is no feed`);
    const subscription = new FeedSubscription(source.feed, source.reads, subscriber, () =>
      this.running.delete(subscription),
    );
    this.running.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((subscription) => subscription.stop()));
  }
}

class FeedSubscription implements Subscription {
  readonly isSilent = false;
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private readonly backOff = new BackOff();
  private heads: LanePositions = [];
  private wake: () => void = () => undefined;

  constructor(
    private readonly feed: Feed,
    private readonly reads: SharedReads,
    private readonly subscriber: Subscriber,
    private readonly onStopped: () => void,
  ) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.done;
  }

  private async run(): Promise<void> {
    const endWatch = this.feed.onAdvance((heads) => {
      this.heads = heads;
      this.wake();
    });
    this.stopping.signal.addEventListener('abort', endWatch);
    while (!this.stopping.signal.aborted) {
      try {
        await this.deliverFrom(await this.subscriber.positions());
      } catch {
        // The subscriber knows; delivery starts again from its cursor.
        await pause(this.backOff.nextMs(), this.stopping.signal);
      }
    }
    this.onStopped();
  }

  private async deliverFrom(positions: LanePositions): Promise<void> {
    const after = [...positions];
    let ahead: Promise<readonly FeedEvent[]> | undefined;
    while (!this.stopping.signal.aborted) {
      const heads = this.heads;
      if (behind(heads, after) !== undefined) {
        this.heads = await this.headsNotBehind(after);
        this.subscriber.recovered();
        continue;
      }
      if (!heads.some((head, lane) => head > (after[lane] ?? 0n))) {
        await this.advance(heads);
        continue;
      }
      const events = await (ahead ?? this.read(after, heads));
      if (events.length === 0) throw new Error(`${this.feed.service} holds less than its heads say`);
      for (const event of events) after[event.lane] = event.position;
      const delivered = this.subscriber.deliver(events);
      ahead = this.readAhead(after, heads, delivered);
      await delivered;
      this.backOff.reset();
    }
  }

  /** The next events while the last ones are being taken, where there are more. */
  private readAhead(
    after: LanePositions,
    heads: LanePositions,
    delivered: Promise<void>,
  ): Promise<readonly FeedEvent[]> | undefined {
    if (!heads.some((head, lane) => head > (after[lane] ?? 0n))) return undefined;
    const from = [...after];
    const ahead = Promise.race([pause(AHEAD_MS), delivered]).then(() => this.read(from, heads));
    // Whoever waits for them meets the error; after a refused delivery nobody does.
    ahead.catch(() => undefined);
    return ahead;
  }

  private async read(after: LanePositions, heads: LanePositions): Promise<readonly FeedEvent[]> {
    try {
      return await this.reads.next(after, heads);
    } catch (error) {
      this.subscriber.failed(error);
      throw error;
    }
  }

  /** Heads behind the cursor are an old view of the source, or the source was restored: then its cursor is asked again. */
  private async headsNotBehind(after: LanePositions): Promise<LanePositions> {
    const heads = await this.feed.heads();
    const lane = behind(heads, after);
    if (lane === undefined) return heads;
    const error = new GapRemains(this.feed.service, lane, after[lane] ?? 0n);
    this.subscriber.failed(error);
    throw error;
  }

  private async advance(seen: LanePositions): Promise<void> {
    if (this.heads !== seen || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}

/** The first lane whose head lies behind a position. */
function behind(heads: LanePositions, positions: LanePositions): number | undefined {
  const lane = heads.findIndex((head, index) => head < (positions[index] ?? 0n));
  return lane === -1 ? undefined : lane;
}

import type { LanePositions } from '@crm/event-sourcing';
import { BackOff, pause } from './back-off.js';
import type { Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { SharedReads } from './shared-reads.js';
import type { Subscriber, Subscription, Transport } from './transport.js';

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
    while (!this.stopping.signal.aborted) {
      const heads = this.heads;
      // Behind the cursor: the source was restored, or this view of it is old. Its cursor is asked again either way.
      if (heads.some((head, lane) => head < (after[lane] ?? 0n)))
        throw new Error(`${this.feed.service} ends before the cursor`);
      if (!heads.some((head, lane) => head > (after[lane] ?? 0n))) {
        await this.advance(heads);
        continue;
      }
      const events = await this.read(after, heads);
      if (events.length === 0) throw new Error(`${this.feed.service} holds less than its heads say`);
      await this.subscriber.deliver(events);
      this.backOff.reset();
      for (const event of events) after[event.lane] = event.position;
    }
  }

  private async read(after: LanePositions, heads: LanePositions): Promise<readonly FeedEvent[]> {
    try {
      return await this.reads.next(after, heads);
    } catch (error) {
      this.subscriber.failed(error);
      throw error;
    }
  }

  private async advance(seen: LanePositions): Promise<void> {
    if (this.heads !== seen || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }
}

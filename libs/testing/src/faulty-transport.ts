import type { FeedEvent, Subscriber, Subscription, Transport } from '@crm/messaging';

/** Spoils what a real transport delivers, as a broker may: repeats, leaves out, mixes lanes. */
export class FaultyTransport implements Transport {
  constructor(
    private readonly transport: Transport,
    private readonly spoil: (events: readonly FeedEvent[]) => readonly (readonly FeedEvent[])[],
  ) {}

  subscribe(subscriber: Subscriber): Subscription {
    return this.transport.subscribe({
      consumer: subscriber.consumer,
      source: subscriber.source,
      positions: () => subscriber.positions(),
      failed: (error) => {
        subscriber.failed(error);
      },
      recovered: () => {
        subscriber.recovered();
      },
      deliver: async (events) => {
        for (const part of this.spoil(events)) if (part.length > 0) await subscriber.deliver(part);
      },
    });
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}

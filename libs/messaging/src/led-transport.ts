import type { Leadership } from './leadership.js';
import type { Subscriber, Subscription, Transport } from './transport.js';

/**
 * A transport of which each subscription runs in one process at a time: the one that leads `consumer:<name>:<source>`. For
 * sources that every instance of a service could read, such as its own log. The cursor remains the fence.
 */
export class LedTransport implements Transport {
  private readonly running = new Set<Subscription>();

  constructor(
    private readonly transport: Transport,
    private readonly leadership: Leadership,
  ) {}

  subscribe(subscriber: Subscriber): Subscription {
    const candidacy = this.leadership.lead(`consumer:${subscriber.consumer}:${subscriber.source}`, async (signal) => {
      const subscription = this.transport.subscribe(subscriber);
      await aborted(signal);
      await subscription.stop();
    });
    const subscription = {
      // Whoever leads reads; the others do not.
      isSilent: false,
      stop: async () => {
        await candidacy.stop();
        this.running.delete(subscription);
      },
    };
    this.running.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((subscription) => subscription.stop()));
    await this.transport.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener('abort', () => {
        resolve();
      });
  });
}

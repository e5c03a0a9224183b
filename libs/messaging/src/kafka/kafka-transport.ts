import { silentLogger, type ConsumerLogger } from '../signals.js';
import type { Subscriber, Subscription, Transport } from '../transport.js';
import type { GroupTiming } from './consumer-session.js';
import { topicOf, type KafkaSettings } from './kafka-settings.js';
import { KafkaSubscription } from './kafka-subscription.js';

export interface KafkaTransportOptions {
  readonly settings: KafkaSettings;
  /** The consuming service: `crm.<service>`. Each consumer and source has a group of its own under it. */
  readonly group: string;
  readonly logger?: ConsumerLogger;
  /** A consumer does not work, however often it is started: the process should be replaced. */
  readonly onStuck?: (group: string) => void;
  /** Default: `topicOf`. */
  readonly topic?: (service: string) => string;
  /** After so long without a sign of life an instance's lanes go to others; default 30 s. */
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  /** Default: 3 s, or a third of a shorter session. */
  readonly heartbeatMs?: number;
}

/**
 * Events over Kafka. Instances of a service share the lanes; where a group stands on the broker is a hint, and the cursor of
 * the consumer decides what is new, so events come again after every change of instances.
 */
export class KafkaTransport implements Transport {
  private readonly running = new Set<KafkaSubscription>();

  constructor(private readonly options: KafkaTransportOptions) {}

  subscribe(subscriber: Subscriber): Subscription {
    const { settings, group, logger = silentLogger, onStuck = () => undefined, topic = topicOf } = this.options;
    const options = {
      settings,
      // Members of one group with different topics would take partitions from each other that they do not read.
      group: `${group}.${subscriber.consumer}.${subscriber.source}`,
      topic: topic(subscriber.source),
      subscriber,
      logger,
      timing: this.timing(),
    };
    const subscription = new KafkaSubscription(options, onStuck, () => this.running.delete(subscription));
    this.running.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((subscription) => subscription.stop()));
  }

  private timing(): GroupTiming {
    const {
      sessionTimeoutMs: sessionMs = 30_000,
      rebalanceTimeoutMs: rebalanceMs = 120_000,
      heartbeatMs,
    } = this.options;
    return { sessionMs, rebalanceMs, heartbeatMs: heartbeatMs ?? Math.min(3_000, sessionMs / 3) };
  }
}

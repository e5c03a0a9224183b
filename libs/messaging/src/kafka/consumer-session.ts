import { LANES } from '@crm/event-sourcing';
import type { Consumer } from 'kafkajs';
import type { ConsumerLogger } from '../signals.js';
import type { Subscriber } from '../transport.js';
import { DeliveryPump, type SettledOffset } from './delivery-pump.js';
import { kafkaClient } from './kafka-client.js';
import { ConsumerEnded, ConsumerSilent, UnfitTopic, answered, isUnknownTopic } from './kafka-errors.js';
import type { KafkaSettings } from './kafka-settings.js';
import { PartitionBatch } from './partition-batch.js';

const COMMIT_EVERY_MS = 2_000;
const COMMIT_MS = 2_000;
const LEAVE_MS = 5_000;
const LAST_WORD_MS = 500;
/** As many heartbeats that are not answered say that the broker may be away; the client itself waits much longer. */
const SILENT_BEATS = 3;
// An idle consumer asks this often; what arrives is answered at once.
const FETCH_WAIT_MS = 1_000;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_BYTES_OF_PARTITION = 512 * 1024;

/** How long a group waits for its members. */
export interface GroupTiming {
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  readonly heartbeatMs: number;
}

export interface ConsumerSessionOptions {
  readonly settings: KafkaSettings;
  readonly group: string;
  readonly topic: string;
  readonly subscriber: Subscriber;
  readonly logger: ConsumerLogger;
  readonly timing: GroupTiming;
}

/** One consumer of the client, from its start to its end. What ends it without being asked ends `run` with an error. */
export class ConsumerSession {
  private readonly pump: DeliveryPump;
  private readonly settled = new Map<number, string>();
  private readonly consumer: Consumer;
  private committedAt = performance.now();
  private heardAt = performance.now();
  private lived = false;
  private over = false;
  private beating = false;
  private fail: (error: Error) => void = () => undefined;

  constructor(private readonly options: ConsumerSessionOptions) {
    const { settings, group, subscriber, logger, timing } = options;
    this.pump = new DeliveryPump(subscriber, (offsets) => this.settle(offsets));
    this.consumer = kafkaClient(settings, logger).consumer({
      groupId: group,
      sessionTimeout: timing.sessionMs,
      rebalanceTimeout: timing.rebalanceMs,
      heartbeatInterval: timing.heartbeatMs,
      maxWaitTimeInMs: Math.min(FETCH_WAIT_MS, timing.heartbeatMs),
      maxBytes: MOST_BYTES,
      maxBytesPerPartition: MOST_BYTES_OF_PARTITION,
      allowAutoTopicCreation: false,
      // Whatever ends it, a new one is made: that way a consumer has one beginning and nothing old in it.
      retry: { restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Whether the group has not been heard of for so long that the broker may be away, or not at all yet. */
  get isSilent(): boolean {
    return (
      this.over || !this.lived || performance.now() - this.heardAt > SILENT_BEATS * this.options.timing.heartbeatMs
    );
  }

  /** Resolves after the signal, when nothing is delivered any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { timing } = this.options;
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
      if (signal.aborted) resolve();
      signal.addEventListener('abort', stop, { once: true });
    });
    const beat = setInterval(() => void this.beat(), timing.heartbeatMs / 2);
    const starting = this.start();
    try {
      await Promise.race([this.ended(), stopped, starting.then(() => stopped)]);
    } finally {
      this.over = true;
      // The signal outlives the session, and would keep it.
      signal.removeEventListener('abort', stop);
      await this.pump.close();
      clearInterval(beat);
      await this.commit();
      // One that is still joining cannot leave, and would keep its lanes from everybody.
      const left = starting.catch(() => undefined).then(() => this.consumer.disconnect());
      await answered(left, 'leaving the group', LEAVE_MS).catch(() => undefined);
    }
  }

  private async start(): Promise<void> {
    const { topic, subscriber, logger } = this.options;
    await this.consumer.connect();
    if (this.isOver()) return;
    await this.consumer.subscribe({ topics: [topic], fromBeginning: true }).catch((error: unknown) => {
      throw isUnknownTopic(error) ? new UnfitTopic(topic, 'does not exist') : error;
    });
    if (this.isOver()) return;
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: LANES,
      eachBatch: (payload) => this.pump.deliver(new PartitionBatch(payload, subscriber.source, logger)),
    });
  }

  private isOver(): boolean {
    return this.over;
  }

  /** Rejects when the consumer has ended. */
  private ended(): Promise<never> {
    const { consumer } = this;
    const { CRASH, STOP, HEARTBEAT, GROUP_JOIN } = consumer.events;
    return new Promise((_, reject) => {
      this.fail = reject;
      consumer.on(CRASH, ({ payload }) => reject(payload.error));
      // A crash stops the consumer before it says why.
      consumer.on(STOP, () => void setTimeout(() => reject(new ConsumerEnded()), LAST_WORD_MS));
      consumer.on(HEARTBEAT, () => this.hear());
      consumer.on(GROUP_JOIN, () => {
        this.hear();
        this.options.subscriber.recovered();
        this.pump.askAgain();
      });
    });
  }

  private hear(): void {
    this.heardAt = performance.now();
    this.lived = true;
  }

  /** The client sends heartbeats between batches alone, and a delivery may take as long as the database is away. */
  private async beat(): Promise<void> {
    const { sessionMs, rebalanceMs } = this.options.timing;
    const limit = 2 * sessionMs + (this.lived ? 0 : rebalanceMs);
    if (performance.now() - this.heardAt > limit) this.fail(new ConsumerSilent(limit, this.lived));
    const batch = this.pump.anyBatch;
    if (batch === undefined || this.beating) return;
    this.beating = true;
    try {
      await batch.heartbeat();
    } catch (error) {
      // The group rebalances, or nobody can tell: the client must know at once, or it is expelled.
      await this.pump.giveUp(error as Error, () => this.commit());
    }
    this.beating = false;
  }

  private settle(offsets: readonly SettledOffset[]): void {
    for (const { partition, offset } of offsets) this.settled.set(partition, offset);
    if (performance.now() - this.committedAt > COMMIT_EVERY_MS) void this.commit();
  }

  /** Tells the group how far it is. A hint: the cursor of the consumer decides what is new. */
  private async commit(): Promise<void> {
    this.committedAt = performance.now();
    if (this.settled.size === 0) return;
    const { topic } = this.options;
    const offsets = [...this.settled].map(([partition, offset]) => ({ topic, partition, offset }));
    this.settled.clear();
    try {
      await answered(this.consumer.commitOffsets(offsets), 'committing offsets', COMMIT_MS);
    } catch {
      // What is delivered again is dropped.
    }
  }
}

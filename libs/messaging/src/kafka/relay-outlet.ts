import type { Admin, Producer } from 'kafkajs';
import type { ConsumerLogger } from '../signals.js';
import { kafkaClient } from './kafka-client.js';
import { PartitionUnanswered, UnfitTopic, answered, isUnknownTopic } from './kafka-errors.js';
import type { OutgoingMessage } from './kafka-message.js';
import type { KafkaSettings } from './kafka-settings.js';

const ALL_REPLICAS = -1;

export interface OutletOptions {
  readonly settings: KafkaSettings;
  readonly topic: string;
  readonly lanes: number;
  readonly logger: ConsumerLogger;
  /** How long an answer is waited for. */
  readonly patienceMs: number;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/**
 * One topic's side of the broker. The producer's own promise of order ends with its first error, so after any error this is
 * closed and another opened: what was sent without an answer may be there or not, and is sent again.
 */
export class RelayOutlet {
  private constructor(
    private readonly options: OutletOptions,
    private readonly producer: Producer,
    private readonly admin: Admin,
  ) {}

  static async open(options: OutletOptions): Promise<RelayOutlet> {
    const kafka = kafkaClient(options.settings, options.logger);
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: 3 },
      createPartitioner: () => partitionOf,
    });
    const outlet = new RelayOutlet(options, producer, kafka.admin({ retry: { retries: 1 } }));
    try {
      await outlet.answered(Promise.all([producer.connect(), outlet.admin.connect()]), 'connecting to a broker');
      return outlet;
    } catch (error) {
      outlet.close();
      throw error;
    }
  }

  /** Sends messages of several partitions; the offset in its partition at which each stretch begins. */
  async send(messages: readonly OutgoingMessage[]): Promise<ReadonlyMap<number, bigint>> {
    const { topic, patienceMs } = this.options;
    const sent = this.producer.sendBatch({
      acks: ALL_REPLICAS,
      timeout: patienceMs,
      topicMessages: [{ topic, messages: [...messages] }],
    });
    return offsetsIn(await this.answered(sent, `publishing to ${topic}`), messages);
  }

  /** Where each partition ends; `UnfitTopic` when the topic is not there or has other partitions than the log has lanes. */
  async ends(): Promise<readonly bigint[]> {
    const { topic, lanes } = this.options;
    const asked = this.admin.fetchTopicOffsets(topic).catch((error: unknown) => {
      throw isUnknownTopic(error) ? new UnfitTopic(topic, 'does not exist') : error;
    });
    const found = await this.answered(asked, `asking for the ends of ${topic}`);
    if (found.length !== lanes)
      throw new UnfitTopic(topic, `has ${String(found.length)} partitions and not ${String(lanes)}`);
    return found.sort((left, right) => left.partition - right.partition).map(({ high }) => BigInt(high));
  }

  /** Lets go of the connections without waiting for answers. */
  close(): void {
    for (const client of [this.producer, this.admin]) client.disconnect().catch(() => undefined);
  }

  private answered<T>(work: Promise<T>, what: string): Promise<T> {
    return answered(work, what, this.options.patienceMs, this.options.signal);
  }
}

/**
 * The offset at which each partition's messages begin. A batch of which some partitions were not answered for is an error: when a
 * partition gets another leader meanwhile, the client sends it to nobody if that leader has answered already, and calls the
 * batch sent (kafkajs 2.2.4, `sendMessages`).
 */
export function offsetsIn(
  answers: readonly { readonly partition: number; readonly baseOffset?: string }[],
  messages: readonly { readonly partition: number }[],
): ReadonlyMap<number, bigint> {
  const offsets = new Map(answers.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? -1)]));
  const missing = new Set(messages.map(({ partition }) => partition).filter((partition) => !offsets.has(partition)));
  if (missing.size > 0) throw new PartitionUnanswered(missing);
  return offsets;
}

const partitionOf = ({ message }: { message: { partition?: number } }): number => message.partition ?? 0;

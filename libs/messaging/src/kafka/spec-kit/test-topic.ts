import { LANES, newId } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { applyTopics } from '../topics.js';
import type { KafkaSettings } from '../kafka-settings.js';

/** The broker of the run. */
export const testKafka = (): KafkaSettings => ({
  brokers: (process.env['CRM_TEST_KAFKA'] ?? '127.0.0.1:19092').split(','),
  clientId: 'test',
});

const partitionOf = ({ message }: { message: { partition?: number } }): number => message.partition ?? 0;

/** Topics under a name of this test's own. */
export class TestTopics {
  readonly prefix = newId();

  constructor(
    private readonly services: readonly string[],
    private readonly settings = testKafka(),
  ) {}

  /** How this test calls a service's topic. */
  readonly nameOf = (service: string): string => `${this.prefix}.${service}`;

  async create(): Promise<void> {
    await applyTopics(this.settings, this.services, { partitions: LANES, replicationFactor: 1, topic: this.nameOf });
  }

  async delete(): Promise<void> {
    const topics = this.services.map(this.nameOf);
    await this.asAdmin(async (admin) => {
      await admin.deleteTopics({ topics });
      await until(async () => !(await admin.listTopics()).some((topic) => topics.includes(topic)));
    });
  }

  /** Everything in a topic, by partition. */
  async read(service: string): Promise<readonly (readonly KafkaMessage[])[]> {
    const topic = this.nameOf(service);
    const ends = await this.asAdmin((admin) => admin.fetchTopicOffsets(topic));
    const found = Array.from({ length: ends.length }, (): KafkaMessage[] => []);
    const groupId = newId();
    const consumer = this.kafka().consumer({ groupId, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ partition, message }) => Promise.resolve(void found[partition]?.push(message)),
    });
    await until(() => ends.every(({ partition, high }) => (found[partition]?.length ?? 0) >= Number(high)));
    await consumer.disconnect();
    await this.asAdmin((admin) => admin.deleteGroups([groupId]));
    return found;
  }

  /** Puts messages into a topic as anybody could who is allowed to. */
  async send(
    service: string,
    messages: readonly { readonly partition: number; readonly value: string }[],
  ): Promise<void> {
    const producer = this.kafka().producer({ createPartitioner: () => partitionOf });
    await producer.connect();
    await producer.send({ topic: this.nameOf(service), messages: [...messages] });
    await producer.disconnect();
  }

  /** A member of a group that hangs, and holds up whoever wants to join; gives back how to let it go. */
  async blockGroup(service: string, groupId: string): Promise<() => Promise<void>> {
    const minutes = 5 * 60_000;
    const consumer = this.kafka().consumer({ groupId, sessionTimeout: minutes, rebalanceTimeout: minutes });
    let letGo: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => (letGo = resolve));
    let hasBegun = false;
    await consumer.connect();
    await consumer.subscribe({ topics: [this.nameOf(service)], fromBeginning: true });
    await consumer.run({
      eachMessage: () => {
        hasBegun = true;
        return hangs;
      },
    });
    await until(() => hasBegun);
    return async () => {
      letGo();
      await consumer.disconnect();
    };
  }

  async membersOf(groupId: string): Promise<number> {
    const { groups } = await this.asAdmin((admin) => admin.describeGroups([groupId]));
    return groups[0]?.members.length ?? 0;
  }

  private async asAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.kafka().admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  private kafka(): Kafka {
    const { brokers, clientId } = this.settings;
    return new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING });
  }
}

import { LANES, newId } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import kafkajs, { type Admin } from 'kafkajs';
import { kafkaClient } from './kafka-client.js';
import { silentLogger } from '../signals.js';
import { KafkaTransport } from './kafka-transport.js';
import { OwnBroker, canStartBroker } from './spec-kit/own-broker.js';
import { ParcelService } from './spec-kit/parcel-service.js';
import { testKafka } from './spec-kit/test-topic.js';
import { topicOf } from './kafka-settings.js';
import { applyTopics, type TopicPlan } from './topics.js';
import { fromStart } from '../feed.js';

const HOUR_MS = 60 * 60 * 1_000;

describe('topics', () => {
  let admin: Admin;
  let name: string;
  let topic: string;

  beforeAll(async () => {
    admin = kafkaClient(testKafka(), silentLogger).admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
  });
  beforeEach(() => {
    name = newId();
    topic = topicOf(name);
  });
  afterEach(async () => {
    await admin.deleteTopics({ topics: [topic] });
  });

  const apply = async (plan: Partial<TopicPlan> = {}): Promise<readonly string[]> => {
    const report: string[] = [];
    const given = { partitions: LANES, replicationFactor: 1, ...plan, report: (line: string) => report.push(line) };
    await applyTopics(testKafka(), [name], given);
    return report;
  };

  const settings = async (): Promise<Readonly<Record<string, string>>> => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
  };

  it('are made with a partition for each lane, kept for 14 days, and never compacted', async () => {
    expect(await apply()).toEqual([`${topic}: created with 16 partitions, replication factor 1`]);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions).toHaveLength(LANES);
    expect(await settings()).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': String(14 * 24 * HOUR_MS),
      'min.insync.replicas': '1',
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  it('stay as they are when they are as they should be', async () => {
    await apply();
    await until(async () => (await apply())[0] === `${topic}: as it should be`);
  });

  it('get the settings that are wanted now, and keep those that somebody else made', async () => {
    await apply();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [
            { name: 'retention.ms', value: '1000' },
            { name: 'segment.ms', value: String(HOUR_MS) },
          ],
        },
      ],
    });
    await until(async () => (await settings())['segment.ms'] === String(HOUR_MS));
    expect((await apply()).join()).not.toContain('retention.ms');
    const report = await apply({ retentionMs: 48 * HOUR_MS });
    expect(report).toContain(`${topic}: retention.ms 1000 → ${String(48 * HOUR_MS)}`);
    await until(async () => (await settings())['retention.ms'] === String(48 * HOUR_MS));
    expect(await settings()).toMatchObject({
      'segment.ms': String(HOUR_MS),
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  it('are refused with another number of partitions than the log has lanes', async () => {
    await apply({ partitions: 3 });
    await expect(apply()).rejects.toThrow(`the topic ${topic} has 3 partitions and not 16`);
  });
});

// Where Docker gives the brokers and there is no Java, none with access control can be started.
(canStartBroker() ? describe : describe.skip)('access to topics', () => {
  const services = ['parcels', 'reader'];
  const users = { parcels: newId(), reader: newId(), stranger: newId() };
  let broker: OwnBroker;
  let service: ParcelService;

  beforeAll(async () => {
    broker = await OwnBroker.start(users);
    await apply();
  });
  afterAll(() => broker.stop());
  beforeEach(async () => {
    service = await ParcelService.open();
  });
  afterEach(() => service.close());

  const apply = async (): Promise<readonly string[]> => {
    const report: string[] = [];
    const plan = { partitions: LANES, replicationFactor: 1, access: true, report: (line: string) => report.push(line) };
    await applyTopics(broker.direct, services, plan);
    return report;
  };

  it('is granted once', async () => {
    await until(async () => (await apply()).every((line) => line.endsWith('as it should be')));
  });

  it('lets a service write its own topic, and another one read it', async () => {
    await service.record(20);
    await service.published(service.relay({ settings: broker.as('parcels') }));
    const transport = new KafkaTransport({ settings: broker.as('reader'), group: 'crm.reader' });
    let arrived = 0;
    transport.subscribe({
      consumer: 'arrivals',
      source: 'parcels',
      positions: () => Promise.resolve(fromStart(LANES)),
      failed: () => undefined,
      recovered: () => undefined,
      deliver: (events) => Promise.resolve(void (arrived += events.length)),
    });
    await until(() => arrived >= 40);
    await transport.close();
  });

  it('lets no service write the topic of another', async () => {
    const warnings: object[] = [];
    await service.record(1);
    const relay = service.relay({
      settings: broker.as('reader'),
      logger: { info: () => undefined, warn: (fields) => warnings.push(fields), error: () => undefined },
    });
    await until(() => JSON.stringify(warnings).includes('TOPIC_AUTHORIZATION_FAILED'));
    expect((await relay.status()).lanes.reduce((sum, { lag }) => sum + lag, 0n)).toBe(2n);
  });

  it.each(['reader', 'stranger'] as const)('lets a %s into no group of another service', async (user) => {
    const failures: unknown[] = [];
    const transport = new KafkaTransport({ settings: broker.as(user), group: 'crm.parcels' });
    transport.subscribe({
      consumer: user,
      source: 'parcels',
      positions: () => Promise.resolve(fromStart(LANES)),
      failed: (error) => failures.push(error),
      recovered: () => undefined,
      deliver: () => Promise.reject(new Error('nothing may arrive')),
    });
    await until(() => failures.length >= 2);
    await transport.close();
    // The client does not say why it finds no coordinator.
    expect(String(failures[0])).toMatch(/not authorized|Failed to find group coordinator/i);
  });
});

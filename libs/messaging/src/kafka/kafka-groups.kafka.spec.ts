import { LANES, newId, type LanePositions } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fromStart } from '../feed.js';
import type { Subscriber } from '../transport.js';
import { KafkaTransport, type KafkaTransportOptions } from './kafka-transport.js';
import type { Relay } from './relay.js';
import { ParcelService } from './spec-kit/parcel-service.js';
import { ReadingService } from './spec-kit/reading-service.js';
import { TestTopics, testKafka } from './spec-kit/test-topic.js';

const SESSION_MS = 6_000;
const LATE: Subscriber = {
  consumer: 'late',
  source: 'parcels',
  positions: () => Promise.resolve(fromStart(LANES)),
  failed: () => undefined,
  recovered: () => undefined,
  deliver: () => Promise.resolve(),
};

describe('instances of a service on Kafka', () => {
  let parcels: ParcelService;
  let reader: ReadingService;
  let topics: TestTopics;
  let relay: Relay;
  let options: KafkaTransportOptions;

  beforeEach(async () => {
    topics = new TestTopics(['parcels']);
    parcels = await ParcelService.open();
    reader = await ReadingService.open(parcels.feed());
    await topics.create();
    relay = parcels.relay({ settings: testKafka(), topic: topics.nameOf });
    options = { settings: testKafka(), group: `crm.${newId()}`, topic: topics.nameOf };
  });
  afterEach(async () => {
    await reader.close();
    await parcels.close();
    await topics.delete();
  });

  it('share the lanes, and the others take over those of one that stops', async () => {
    const first = await reader.start(options);
    await reader.start(options);
    await parcels.record(200);
    await reader.caughtUp();
    await first.stop();
    await parcels.record(200);
    await reader.caughtUp();
    expect(reader.errors).toEqual([]);
  });

  it('go on under load while others come and go', async () => {
    await reader.start(options);
    let loading = true;
    const load = (async () => {
      while (loading) await parcels.record(10);
    })();
    for (let round = 0; round < 3; round++) {
      const passing = await reader.start(options);
      await parcels.record(20);
      await passing.stop();
    }
    loading = false;
    await load;
    await reader.caughtUp();
    expect(reader.errors).toEqual([]);
  });

  it('are given again but the last event of each lane of what they had settled before they were restarted', async () => {
    // Before an instance has joined it may have read from the feed what then comes over Kafka, too.
    const start = async () => {
      const instance = await reader.start(options);
      await until(async () => (await topics.membersOf(`${options.group}.applied.parcels`)) === 1);
      return instance;
    };
    const first = await start();
    await parcels.record(300);
    await reader.caughtUp();
    await first.stop();
    await start();
    await parcels.record(1);
    await reader.caughtUp();
    const repeated = reader.signals.flatMap((signal) => (signal.kind === 'duplicates' ? [signal.events] : []));
    expect(repeated.reduce((sum, events) => sum + events, 0)).toBeLessThanOrEqual(LANES);
  });

  it('find out that their cursor is behind the group, although nothing new comes', async () => {
    const first = await reader.start(options);
    await parcels.record(300);
    await reader.caughtUp();
    await first.stop();
    // As after a restore from a backup.
    await reader.forget();
    await reader.start(options);
    await reader.caughtUp();
  });

  it('read from the feed what on the topic is no event', async () => {
    await topics.send(
      'parcels',
      Array.from({ length: LANES }, (_, partition) => ({ partition, value: '{' })),
    );
    await reader.start(options);
    await parcels.record(100);
    await reader.caughtUp();
    const partitions = () => new Set(reader.errors.map(({ fields }) => (fields as { partition?: number }).partition));
    await until(() => partitions().size === LANES);
    expect(new Set(reader.errors.map(({ message }) => message))).toEqual(new Set(['a message cannot be read']));
  });

  it('keep their lanes while a delivery takes longer than the session', async () => {
    const transport = new KafkaTransport({ ...options, sessionTimeoutMs: SESSION_MS, heartbeatMs: 1_000 });
    const positions: LanePositions = fromStart(LANES);
    const deliveries: number[] = [];
    let release: () => void = () => undefined;
    transport.subscribe({
      consumer: 'slow',
      source: 'parcels',
      positions: () => Promise.resolve(positions),
      failed: () => undefined,
      recovered: () => undefined,
      deliver: async (events) => {
        deliveries.push(events.length);
        if (deliveries.length === 1) await new Promise<void>((resolve) => (release = resolve));
      },
    });
    await parcels.record(1);
    await until(() => deliveries.length === 1);
    setTimeout(() => release(), SESSION_MS * 1.5);
    await parcels.record(1);
    await until(() => deliveries.length >= 2);
    await until(() => deliveries.reduce((sum, events) => sum + events, 0) >= 4);
    await transport.close();
    expect(deliveries.reduce((sum, events) => sum + events, 0)).toBe(4);
  });

  it('call for a new process when they cannot get into their group however often they start', async () => {
    await parcels.record(50);
    const name = `${options.group}.late.parcels`;
    const release = await topics.blockGroup('parcels', name);
    const stuck: string[] = [];
    const transport = new KafkaTransport({
      ...options,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: 1_000,
      onStuck: (group) => stuck.push(group),
    });
    transport.subscribe(LATE);
    await until(() => stuck.length > 0, 60_000);
    expect(stuck).toEqual([name]);
    await transport.close();
    await release();
  });

  it('leave their group when they are stopped while they are still joining it', async () => {
    await parcels.record(50);
    const name = `${options.group}.late.parcels`;
    const release = await topics.blockGroup('parcels', name);
    const transport = new KafkaTransport({ ...options, sessionTimeoutMs: 120_000 });
    transport.subscribe(LATE);
    await until(async () => (await topics.membersOf(name)) === 2);
    const closed = transport.close();
    await release();
    await closed;
    await until(async () => (await topics.membersOf(name)) === 0);
  });

  it('wait for a topic that is not there', async () => {
    await topics.delete();
    await reader.start(options);
    await until(() => reader.warnings.some(({ fields }) => JSON.stringify(fields).includes('run `crm topics apply`')));
    await topics.create();
    await parcels.record(10);
    await parcels.published(relay);
    await reader.caughtUp();
  });

  it('go on when the topic was deleted and made again', async () => {
    await reader.start(options);
    await parcels.record(50);
    await reader.caughtUp();
    await topics.delete();
    await topics.create();
    await parcels.record(50);
    await parcels.published(relay);
    await reader.caughtUp(60_000);
  });
});

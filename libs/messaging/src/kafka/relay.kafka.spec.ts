import { fromKafkaMessage, type CloudEvent } from '@crm/contracts';
import { LANES, newId } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RelaySignal } from './relay-signals.js';
import { expectEachInTurn } from './spec-kit/each-in-turn.js';
import { ParcelService } from './spec-kit/parcel-service.js';
import { TestTopics, testKafka } from './spec-kit/test-topic.js';
import { fromStart } from '../feed.js';
import { toFeedEvent } from './kafka-message.js';

const settings = testKafka();

describe('the relay', () => {
  let service: ParcelService;
  let topics: TestTopics;
  let signals: RelaySignal[];
  let warnings: object[];

  beforeEach(async () => {
    signals = [];
    warnings = [];
    topics = new TestTopics(['parcels']);
    service = await ParcelService.open();
    await topics.create();
  });
  afterEach(async () => {
    await service.close();
    await topics.delete().catch(() => undefined);
  });

  const start = () =>
    service.relay({
      settings,
      topic: topics.nameOf,
      observe: (signal) => signals.push(signal),
      logger: {
        info: () => undefined,
        warn: (fields) => warnings.push(fields),
        error: (fields) => warnings.push(fields),
      },
    });

  const heads = async (): Promise<readonly number[]> => (await service.feed().heads()).map(Number);

  const positions = async (): Promise<readonly (readonly number[])[]> =>
    (await topics.read('parcels')).map((messages) =>
      messages.map(({ headers = {}, value }) => Number(fromKafkaMessage(headers, value).position)),
    );

  const upTo = (head: number): readonly number[] => Array.from({ length: head }, (_, index) => index + 1);

  it('publishes every position once and in order, in the partition of its lane', async () => {
    const relay = start();
    await service.record(400);
    await service.published(relay);
    expect(await positions()).toEqual((await heads()).map(upTo));
  });

  it('publishes what the public feed says, as CloudEvents in binary mode', async () => {
    await service.record(40);
    await service.published(start());
    const messages = await topics.read('parcels');
    const events = messages.flatMap((lane, partition) =>
      lane.map((message) => toFeedEvent(message, 'parcels', partition)),
    );
    expect(events).toEqual(await service.feed().read(fromStart(LANES), 1_000));
    const envelopes = messages.flat().map(({ headers = {}, value }): CloudEvent => fromKafkaMessage(headers, value));
    expect(new Set(envelopes.map(({ type }) => type))).toEqual(
      new Set(['crm.parcels.parcel-sent.v1', 'crm.parcels.internal.v1']),
    );
    expect(messages.flat().map(({ key }) => String(key))).toEqual(envelopes.map(({ partitionkey }) => partitionkey));
  });

  it('tells how far each lane is', async () => {
    await service.record(30);
    const relay = start();
    await service.published(relay);
    const { lanes, held, source } = await relay.status();
    expect(source).toBe('parcels');
    expect(held).toHaveLength(LANES);
    expect(lanes.map(({ position }) => Number(position))).toEqual(await heads());
    expect(lanes.every(({ head, position, lag }) => head === position && lag === 0n)).toBe(true);
  });

  it('leaves nothing out when two instances run, one is cut off from the database and the other takes over', async () => {
    const [first, second] = [start(), start()];
    await service.record(100);
    await service.published(first);
    const holder = (await first.status()).held.length > 0 ? first : second;
    const other = holder === first ? second : first;
    const application = holder === first ? 'instance-0%' : 'instance-1%';
    const load = service.record(400);
    // Until the other one has the lanes: the one that was cut off may be back first.
    await until(async () => {
      if ((await other.status()).held.length > 0) return true;
      await service.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE $1 AND datname = current_database()`,
        [application],
      );
      return false;
    });
    await load;
    await service.published(other);
    await expectEachInTurn(service, topics);
  });

  it('hands its lanes over when it stops', async () => {
    const first = start();
    await service.record(50);
    await service.published(first);
    const second = start();
    await first.stop();
    await service.record(50);
    await service.published(second);
    expect((await second.status()).held).toHaveLength(LANES);
    expect(await positions()).toEqual((await heads()).map(upTo));
  });

  it('gives a lane up when somebody else moved its cursor, and publishes on from there', async () => {
    const relay = start();
    await service.record(50);
    await service.published(relay);
    await service.pool.query('UPDATE bus.relay SET position = position - 1 WHERE position > 0');
    await service.record(200);
    await until(() => signals.some(({ kind }) => kind === 'lane-given-up'));
    await service.published(relay);
    await expectEachInTurn(service, topics);
  });

  it('publishes everything again when the broker has lost it', async () => {
    const relay = start();
    await service.record(100);
    await service.published(relay);
    await topics.delete();
    await topics.create();
    await until(() =>
      signals.some((signal) => signal.kind === 'republishing' && signal.because === 'broker-lost-events'),
    );
    await service.record(20);
    await service.published(relay);
    expect(await positions()).toEqual((await heads()).map(upTo));
  });

  it('notices with the next event when what the broker lost was not missed before', async () => {
    const relay = service.relay({
      settings,
      topic: topics.nameOf,
      lookMs: 60_000,
      observe: (signal) => signals.push(signal),
    });
    await service.record(100);
    await service.published(relay);
    await topics.delete();
    await topics.create();
    await service.record(100);
    await until(() =>
      signals.some((signal) => signal.kind === 'republishing' && signal.because === 'broker-lost-events'),
    );
    await service.published(relay);
    const published = await positions();
    expect(published.map((lane) => [...new Set(lane)].sort((a, b) => a - b))).toEqual((await heads()).map(upTo));
  });

  it('publishes everything again under the new incarnation of a store that was restored', async () => {
    const relay = start();
    await service.record(20);
    await service.published(relay);
    const incarnation = newId();
    await service.pool.query('UPDATE es.store SET incarnation = $1', [incarnation]);
    await until(() => signals.some((signal) => signal.kind === 'republishing' && signal.because === 'new-incarnation'));
    await service.published(relay);
    const messages = await topics.read('parcels');
    const again = messages.map((lane) =>
      lane
        .map(({ headers = {}, value }) => fromKafkaMessage(headers, value))
        .filter((event) => event.incarnation === incarnation)
        .map(({ position }) => Number(position)),
    );
    expect(again).toEqual((await heads()).map(upTo));
  });

  it('waits for a topic that is not there, and says who makes it', async () => {
    await topics.delete();
    const relay = start();
    await service.record(10);
    await until(() => warnings.some((fields) => JSON.stringify(fields).includes('run `crm topics apply`')));
    await topics.create();
    await service.published(relay);
    expect(await positions()).toEqual((await heads()).map(upTo));
  });

  it('publishes the other lanes when something is wrong with one', async () => {
    await service.record(1, 'x'.repeat(5_000_000));
    await service.record(100);
    const relay = start();
    await until(async () => (await relay.status()).lanes.filter(({ lag }) => lag > 0n).length === 1);
    expect(warnings.some((fields) => JSON.stringify(fields).includes('MESSAGE_TOO_LARGE'))).toBe(true);
    const [stuck] = (await relay.status()).lanes.filter(({ lag }) => lag > 0n);
    await service.record(100);
    await until(async () => (await relay.status()).lanes.every(({ lane, lag }) => lag === 0n || lane === stuck?.lane));
  });

  it('publishes large events', async () => {
    await service.record(30, 'x'.repeat(600_000));
    await service.published(start());
    expect(await positions()).toEqual((await heads()).map(upTo));
  });
});

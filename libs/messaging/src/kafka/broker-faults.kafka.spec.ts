import { newId } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RelaySignal } from './relay-signals.js';
import type { Relay } from './relay.js';
import { expectEachInTurn } from './spec-kit/each-in-turn.js';
import { OwnBroker, canStartBroker } from './spec-kit/own-broker.js';
import { ParcelService } from './spec-kit/parcel-service.js';
import { ReadingService } from './spec-kit/reading-service.js';
import { TestTopics } from './spec-kit/test-topic.js';

// Where Docker gives the brokers and there is no Java, none can be taken away.
(canStartBroker() ? describe : describe.skip)('a broker that fails', () => {
  let broker: OwnBroker;
  let parcels: ParcelService;
  let reader: ReadingService;
  let topics: TestTopics;
  let group: string;
  let signals: RelaySignal[];

  beforeAll(async () => {
    broker = await OwnBroker.start();
  });
  afterAll(() => broker.stop());

  beforeEach(async () => {
    topics = new TestTopics(['parcels'], broker.direct);
    parcels = await ParcelService.open();
    reader = await ReadingService.open(parcels.feed());
    await topics.create();
    group = `crm.${newId()}`;
    signals = [];
  });
  afterEach(async () => {
    await broker.proxy.apply({ kind: 'pass' });
    await reader.close();
    await parcels.close();
  });

  const startRelay = (settings = broker.direct): Relay =>
    parcels.relay({ settings, topic: topics.nameOf, patienceMs: 3_000, observe: (signal) => signals.push(signal) });
  const startReader = (settings = broker.direct) => reader.start({ settings, group, topic: topics.nameOf });

  it('holds up nobody who records, and when it is back everything arrives in order', async () => {
    const relay = startRelay();
    await startReader();
    await parcels.record(50);
    await reader.caughtUp();
    await broker.kill();
    await parcels.record(100);
    await broker.restart();
    await parcels.record(50);
    await parcels.published(relay, 30_000);
    await reader.caughtUp();
    await expectEachInTurn(parcels, topics);
    expect(reader.gaps).toBe(0);
  });

  it('gets everything again when it has lost everything', async () => {
    const relay = startRelay();
    await startReader();
    await parcels.record(100);
    await reader.caughtUp();
    await broker.kill();
    await broker.lose();
    await broker.restart();
    await topics.create();
    await parcels.record(50);
    await parcels.published(relay, 30_000);
    await until(async () => (await topics.read('parcels')).flat().length >= 300);
    await parcels.published(relay, 30_000);
    await expectEachInTurn(parcels, topics);
    await reader.caughtUp();
  });

  it('gets again what it took without an answer', async () => {
    const relay = startRelay(broker.throughProxy);
    await parcels.record(20);
    await parcels.published(relay);
    for (let round = 0; round < 5; round++) {
      await broker.proxy.apply({ kind: 'cut-reply', times: 2 });
      await parcels.record(40);
      await until(() => broker.proxy.resets > round);
    }
    await broker.proxy.apply({ kind: 'pass' });
    await parcels.published(relay, 30_000);
    await expectEachInTurn(parcels, topics);
  });

  it('is not waited for when it stands still', async () => {
    const relay = startRelay(broker.throughProxy);
    await startReader(broker.throughProxy);
    await parcels.record(20);
    await reader.caughtUp();
    await broker.proxy.apply({ kind: 'stall' });
    await parcels.record(100);
    await reader.caughtUp(20_000);
    await until(() => signals.filter(({ kind }) => kind === 'relay-backing-off').length >= 2);
    await parcels.record(100);
    await broker.proxy.apply({ kind: 'pass' });
    await parcels.published(relay, 60_000);
    await reader.caughtUp(90_000);
    await expectEachInTurn(parcels, topics);
  });

  it('is done without by a consumer that starts while it is away', async () => {
    const relay = startRelay();
    await broker.kill();
    await parcels.record(100);
    await startReader();
    await reader.caughtUp(15_000);
    await broker.restart();
    await parcels.record(100);
    await parcels.published(relay, 30_000);
    await reader.caughtUp();
    await expectEachInTurn(parcels, topics);
  });

  it('gives the lanes of an instance that is cut off to another within the session', async () => {
    const relay = startRelay();
    await startReader(broker.throughProxy);
    await parcels.record(50);
    await reader.caughtUp();
    await startReader(broker.direct);
    await parcels.record(50);
    await reader.caughtUp();
    await broker.proxy.apply({ kind: 'stall' });
    await parcels.record(100);
    await parcels.published(relay);
    await reader.caughtUp(30_000);
  });
});

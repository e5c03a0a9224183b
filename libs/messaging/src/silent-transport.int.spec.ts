import { newId, type LanePositions } from '@crm/event-sourcing';
import { TestBus, until, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection } from './consumer.js';
import { ConsumerRunner } from './consumer-runner.js';
import { BATCH, type Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { FeedTransport } from './feed-transport.js';
import type { Subscriber, Subscription, Transport } from './transport.js';

const SCHEMA = 'CREATE TABLE rm.scanned (event_id uuid NOT NULL)';

/** Counts each time that it is given an event. */
const scanned: Projection<ParcelEvent> = {
  name: 'scanned',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['scanned'],
  apply: async (tx, events) => {
    await tx.query('INSERT INTO rm.scanned SELECT * FROM unnest($1::uuid[])', [events.map(({ eventId }) => eventId)]);
  },
};

/** A broker that brings nothing, and says so or not. */
class EmptyTopic implements Transport, Subscription {
  isSilent = false;
  subscriber: Subscriber | undefined;

  subscribe(subscriber: Subscriber): Subscription {
    this.subscriber = subscriber;
    return this;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A feed whose service is away for a while. */
class FeedThatFails implements Feed {
  readonly service = 'parcels';
  isDown = false;
  refused = 0;

  constructor(private readonly feed: Feed) {}

  get lanes(): number {
    return this.feed.lanes;
  }

  incarnation(anew?: boolean): Promise<string> {
    return this.ask(() => this.feed.incarnation(anew));
  }

  heads(): Promise<LanePositions> {
    return this.ask(() => this.feed.heads());
  }

  read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    return this.ask(() => this.feed.read(after, limit));
  }

  onAdvance(listener: (heads: LanePositions) => void): () => void {
    return this.feed.onAdvance(listener);
  }

  private ask<T>(question: () => Promise<T>): Promise<T> {
    if (!this.isDown) return question();
    this.refused += 1;
    return Promise.reject(new Error('connect ECONNREFUSED'));
  }
}

let bus: TestBus;
let parcels: TestSource;
let topic: EmptyTopic;
let feed: FeedThatFails;
let runners: ConsumerRunner[];

beforeAll(async () => {
  bus = await TestBus.open(SCHEMA);
});
beforeEach(() => {
  parcels = bus.source('parcels');
  topic = new EmptyTopic();
  feed = new FeedThatFails(parcels.feed);
  runners = [];
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  await bus.reset();
});
afterAll(() => bus.close());

const start = async (transport: Transport = topic, stillMs?: number): Promise<ConsumerRunner> => {
  const runner = new ConsumerRunner({
    ...{ service: 'reader', pool: bus.database.pool, projections: [scanned], sources: [{ feed, transport }] },
    ...(stillMs === undefined ? {} : { stillMs }),
  });
  runners.push(runner);
  await runner.start();
  return runner;
};
const stateOf = (runner: ConsumerRunner) => runner.states.get('scanned');
const expectEachOnce = async (count: number): Promise<void> => {
  expect(
    await bus.rows('SELECT count(*)::int AS events, count(DISTINCT event_id)::int AS different FROM rm.scanned'),
  ).toEqual([{ events: count, different: count }]);
};

describe('a transport that is silent', () => {
  beforeEach(() => {
    topic.isSilent = true;
  });

  it('is done without, from the start', async () => {
    const runner = await start();
    for (const town of ['Daegu', 'Busan', 'Jeju']) {
      await parcels.parcel(newId(), town);
      await runner.idle();
    }
    expect(stateOf(runner)).toBe('running');
    await expectEachOnce(3);
  });

  it('may fail as often as it likes: the consumer works', async () => {
    const runner = await start();
    await parcels.parcel(newId(), 'Daegu');
    topic.subscriber?.failed(new Error('no broker'));
    expect(stateOf(runner)).toBe('running');
    await runner.idle();
    await expectEachOnce(1);
  });

  it('has each event handled once, however many instances read the feed at once', async () => {
    for (let parcel = 0; parcel < 20; parcel++) await parcels.parcel(newId(), ...Array<string>(50).fill('Daegu'));
    const instances = await Promise.all([start(), start(), start()]);
    await Promise.all(instances.map((runner) => runner.idle(30_000)));
    await expectEachOnce(1_000);
  });

  it('leaves every instance without its source when the feed cannot be read either, until it can', async () => {
    feed.isDown = true;
    const instances = await Promise.all([start(), start()]);
    await parcels.parcel(newId(), ...Array<string>(BATCH).fill('Daegu'));
    await until(() => instances.every((runner) => stateOf(runner) === 'backing-off'));
    feed.isDown = false;
    await until(() => instances.every((runner) => stateOf(runner) === 'running'));
    await Promise.all(instances.map((runner) => runner.idle()));
    await expectEachOnce(BATCH);
  });

  it('is trusted again once it is not', async () => {
    feed.isDown = true;
    const runner = await start();
    await until(() => stateOf(runner) === 'backing-off');
    topic.isSilent = false;
    topic.subscriber?.recovered();
    expect(stateOf(runner)).toBe('running');
  });

  it('need not say that it is silent no more', async () => {
    feed.isDown = true;
    const runner = await start();
    await until(() => stateOf(runner) === 'backing-off');
    topic.isSilent = false;
    feed.isDown = false;
    await until(() => stateOf(runner) === 'running');
  });
});

describe('a transport that is not silent', () => {
  it('is looked after: what it has forgotten is read from the feed, from the cursor to the head', async () => {
    await parcels.parcel(newId(), ...Array<string>(BATCH).fill('Daegu'));
    await parcels.parcel(newId(), 'Busan');
    const runner = await start(topic, 100);
    await runner.idle();
    await parcels.parcel(newId(), 'Jeju');
    await runner.idle();
    await expectEachOnce(BATCH + 2);
  });

  it('is not doubted by a look that fails', async () => {
    feed.isDown = true;
    const runner = await start(topic, 100);
    await until(() => feed.refused >= 3);
    expect(stateOf(runner)).toBe('running');
  });

  it('says itself when it cannot read, and when it can again', async () => {
    const runner = await start(new FeedTransport([feed]));
    await parcels.parcel(newId(), 'Daegu');
    await runner.idle();
    feed.isDown = true;
    await parcels.parcel(newId(), 'Busan');
    await until(() => stateOf(runner) === 'backing-off');
    feed.isDown = false;
    await until(() => stateOf(runner) === 'running');
    await runner.idle();
    await expectEachOnce(2);
  });
});

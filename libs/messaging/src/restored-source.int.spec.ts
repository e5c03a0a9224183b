import { InMemoryEventLog, newId, type LanePositions } from '@crm/event-sourcing';
import { TestBus, until, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reactor } from './consumer.js';
import { ConsumerRunner } from './consumer-runner.js';
import { NeedsMore } from './errors.js';
import { fromStart, type Feed } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { FeedTransport } from './feed-transport.js';
import { LogFeed } from './log-feed.js';
import type { ConsumerSignal } from './signals.js';
import type { Subscriber, Subscription, Transport } from './transport.js';

/** A source that can be down, and that can come back as another log. */
class MovableFeed implements Feed {
  readonly service = 'parcels';
  readonly lanes: number;
  isDown = false;
  asked = 0;

  constructor(public present: Feed) {
    this.lanes = present.lanes;
  }

  async incarnation(): Promise<string> {
    this.asked += 1;
    return (await this.reached()).incarnation(true);
  }

  async heads(): Promise<LanePositions> {
    return (await this.reached()).heads();
  }

  async read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    return (await this.reached()).read(after, limit);
  }

  onAdvance(): () => void {
    return () => undefined;
  }

  private reached(): Promise<Feed> {
    return this.isDown ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve(this.present);
  }
}

/** A topic in the hands of the test: it brings what it is told to. */
class HandTransport implements Transport {
  private subscriber: Subscriber | undefined;

  subscribe(subscriber: Subscriber): Subscription {
    this.subscriber = subscriber;
    return { isSilent: false, stop: () => Promise.resolve() };
  }

  /** As after a start or a rebalance: the cursor is asked, then events come. */
  async bring(events: readonly FeedEvent[]): Promise<void> {
    await this.subscriber?.positions();
    await this.deliver(events);
  }

  async deliver(events: readonly FeedEvent[]): Promise<void> {
    await this.subscriber?.deliver(events);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const allOf = async (source: TestSource): Promise<readonly FeedEvent[]> =>
  source.feed.read(fromStart(source.feed.lanes), 1_000);

describe('a source that was restored', () => {
  let bus: TestBus;
  let before: TestSource;
  let after: TestSource;
  let feed: MovableFeed;
  let topic: HandTransport;
  let signals: ConsumerSignal[];
  let warnings: string[];
  let runners: ConsumerRunner[];
  beforeAll(async () => {
    bus = await TestBus.open('');
  });
  beforeEach(() => {
    [before, after] = [bus.source('parcels'), bus.source('parcels')];
    feed = new MovableFeed(before.feed);
    topic = new HandTransport();
    [signals, warnings, runners] = [[], [], []];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await bus.reset();
  });
  afterAll(() => bus.close());

  const start = async (react: (event: FeedEvent) => void = () => undefined, transport: Transport = topic) => {
    const seen: string[] = [];
    const reactor: Reactor = {
      name: 'follow',
      sources: [{ service: 'parcels' }],
      react: async (event) => {
        await Promise.resolve();
        react(event);
        seen.push(event.eventId);
      },
    };
    const note = (fields: object, message: string): void => void warnings.push(message);
    const runner = new ConsumerRunner({
      service: 'reader',
      pool: bus.database.pool,
      sources: [{ feed, transport }],
      reactors: [reactor],
      logger: { info: () => undefined, warn: note, error: note },
      observe: (signal) => signals.push(signal),
    });
    runners.push(runner);
    await runner.start();
    return { runner, seen };
  };
  const counted = (kind: ConsumerSignal['kind']) => signals.filter((signal) => signal.kind === kind);
  const key = newId();

  it('is followed by what still arrives while it is down', async () => {
    await before.parcel(key, 'Daegu');
    const first = await start();
    await topic.bring(await allOf(before));
    await first.runner.stop();
    await before.parcel(key, 'Jeju');
    feed.isDown = true;
    const { runner, seen } = await start();
    await topic.bring(await allOf(before));
    await topic.bring(await allOf(before));
    expect(seen).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining('cannot be asked')]);
    const [status] = await runner.status();
    expect(status).toMatchObject({ state: 'running', sources: [{ lag: null }] });
  });

  it('has left events of its earlier life in the topic, which are dropped', async () => {
    await before.parcel(key, 'Daegu', 'Daejeon');
    await after.parcel(key, 'Jeju');
    feed.present = after.feed;
    const { seen } = await start();
    const [old, present] = [await allOf(before), await allOf(after)];
    await topic.bring(old.slice(0, 2));
    await topic.bring([...old.slice(1), ...present]);
    await topic.bring([...old, ...present]);
    expect(seen).toEqual(present.map((event) => event.eventId));
    expect(counted('duplicates')).toMatchObject([{ events: 2 }, { events: 2 }, { events: 3 }, { events: 2 }]);
    expect(feed.asked).toBeLessThanOrEqual(5);
  });

  it('stops those who followed it with its first event, between events of its earlier life', async () => {
    await before.parcel(key, 'Daegu');
    await after.parcel(key, 'Jeju');
    const { runner, seen } = await start();
    await topic.bring(await allOf(before));
    feed.present = after.feed;
    await before.parcel(key, 'Mokpo');
    const next = (await allOf(before)).slice(2);
    await expect(topic.bring([...next, ...(await allOf(after))])).rejects.toThrow('another incarnation');
    expect(seen).toHaveLength(2);
    expect((await runner.status())[0]?.state).toBe('incarnation-changed');
  });

  it('stops those who miss events that it does not have any more', async () => {
    await before.parcel(key, 'Daegu', 'Daejeon', 'Jeju');
    const events = await allOf(before);
    const { runner } = await start();
    await topic.bring(events.slice(0, 1));
    feed.present = after.feed;
    await expect(topic.deliver(events.slice(3))).rejects.toThrow('another incarnation');
    expect((await runner.status())[0]?.state).toBe('incarnation-changed');
    expect(counted('incarnation-changed')).toHaveLength(1);
  });

  it('is never mistaken for its earlier life by what waits', async () => {
    await before.parcel(key, 'Daegu');
    await after.parcel(key, 'Jeju');
    const first = await start(() => {
      throw new NeedsMore('more');
    });
    await topic.bring(await allOf(before));
    await first.runner.stop();
    await bus.rows(`UPDATE bus.waiting SET due_at = '-infinity'`);
    feed.present = after.feed;
    const { runner, seen } = await start();
    await until(async () => (await runner.status())[0]?.state === 'incarnation-changed');
    expect(seen).toEqual([]);
    expect((await runner.status())[0]?.waiting).toBe(2);
  });

  it('is followed again as soon as the cursor counts it', async () => {
    await before.parcel(key, 'Daegu');
    await after.parcel(key, 'Jeju');
    const { runner, seen } = await start();
    await topic.bring(await allOf(before));
    feed.present = after.feed;
    await expect(topic.bring(await allOf(after))).rejects.toThrow('another incarnation');
    await bus.rows('UPDATE bus.cursor SET position = 0, incarnation = $1', [await after.feed.incarnation()]);
    await until(async () => (await runner.status())[0]?.state === 'running');
    await topic.bring(await allOf(after));
    expect(seen).toHaveLength(4);
  });
});

describe('a source that lost its end and does not say so', () => {
  let bus: TestBus;
  beforeAll(async () => {
    bus = await TestBus.open('');
  });
  afterAll(() => bus.close());

  it('is told as an alarm, again and again', async () => {
    const whole = bus.source('parcels');
    const key = newId();
    await whole.parcel(key, 'Daegu', 'Jeju');
    const follow: Reactor = { name: 'follow', sources: [{ service: 'parcels' }], react: () => Promise.resolve() };
    const first = await bus.run([whole.feed], { reactors: [follow] });
    await first.idle();
    await first.stop();
    class Shortened extends LogFeed {
      override incarnation(): Promise<string> {
        return whole.feed.incarnation();
      }
    }
    const signals: ConsumerSignal[] = [];
    const runner = await bus.run([new Shortened('parcels', new InMemoryEventLog())], {
      reactors: [follow],
      observe: (signal) => signals.push(signal),
      stillMs: 100,
    });
    const failures = (): number => signals.filter((signal) => signal.kind === 'gap-remains').length;
    await until(() => failures() >= 1);
    const states = new Set<string | undefined>();
    await until(() => {
      states.add(runner.states.get('follow'));
      return failures() >= 6;
    });
    expect([...states]).toEqual(['backing-off']);
  });
});

describe('stopping', () => {
  let bus: TestBus;
  beforeAll(async () => {
    bus = await TestBus.open('');
  });
  afterAll(() => bus.close());

  it('does not wait for ever for a handler that hangs', async () => {
    const source = bus.source('parcels');
    let release: () => void = () => undefined;
    const hang: Reactor = {
      name: 'hang',
      sources: [{ service: 'parcels' }],
      react: () => new Promise((resolve) => (release = resolve)),
    };
    const errors: object[] = [];
    const runner = new ConsumerRunner({
      service: 'reader',
      pool: bus.database.pool,
      sources: [{ feed: source.feed, transport: new FeedTransport([source.feed]) }],
      reactors: [hang],
      stopMs: 100,
      logger: { info: () => undefined, warn: () => undefined, error: (fields) => void errors.push(fields) },
    });
    await source.parcel(newId());
    await runner.start();
    await until(() => release.length === 1);
    await runner.stop();
    expect(errors).toEqual([{ consumers: ['hang'] }]);
    release();
  });
});

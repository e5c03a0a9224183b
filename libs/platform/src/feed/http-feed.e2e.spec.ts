import { beginIncarnation, newId, type Aggregate, type DomainEvent, type LanePositions } from '@crm/event-sourcing';
import { BEYOND, LogFeed, fromStart, readReferences, type FeedEvent } from '@crm/messaging';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceCallFailed, ServiceClients } from '../service/service-clients.js';
import { defineService } from '../service/service-definition.js';
import { HttpFeed } from './http-feed.js';

type BellRung = DomainEvent<'BellRung', { readonly floor: number }>;
type BellMuted = DomainEvent<'BellMuted', { readonly secret: string }>;
const bell: Aggregate<number, BellRung | BellMuted> = { category: 'bell', initial: 0, evolve: (rung) => rung + 1 };

const bells = defineService({
  name: 'service',
  modules: [],
  migrations: [],
  publish: (event) =>
    event.type === 'BellRung' ? { type: 'crm.service.bell-rung.v1', data: { bellId: event.streamId } } : undefined,
  projections: () => [],
  reactors: () => [],
});

/** The clients of a service, which write down what they ask for. */
class NotedClients extends ServiceClients {
  readonly paths: string[] = [];

  constructor(private readonly clients: ServiceClients) {
    super(undefined as never, undefined as never);
  }

  override get<Body>(...[service, path, timeoutMs]: Parameters<ServiceClients['get']>): Promise<Body> {
    this.paths.push(path);
    return this.clients.get<Body>(service, path, timeoutMs);
  }
}

describe('a feed over HTTP', () => {
  let services: TestServices;
  let clients: NotedClients;
  let feed: HttpFeed;
  let direct: LogFeed;
  beforeAll(async () => {
    services = await startTestServices([bells]);
    const { context } = services.service('service');
    clients = new NotedClients(context.services);
    feed = new HttpFeed('service', clients);
    direct = new LogFeed('service', context.store.log).published(bells.publish);
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 60 }, () => ring(newId(), 1)));
    await ring(newId(), 1_200);
  });
  afterAll(() => services.stop());

  const ring = async (id: string, times: number): Promise<void> => {
    const { store } = services.service('service').context;
    const rings = Array.from({ length: times }, (_, floor): BellRung => ({ type: 'BellRung', data: { floor } }));
    const muted: BellMuted = { type: 'BellMuted', data: { secret: 'hush' } };
    await store.transact(bell, id, () => [...rings, muted]);
  };
  const read = (after: LanePositions, limit: number): Promise<readonly FeedEvent[]> => feed.read(after, limit);

  it('is the same as the public feed of the log', async () => {
    expect(await feed.incarnation()).toBe(await direct.incarnation());
    expect(await feed.incarnations()).toEqual(await direct.incarnations());
    expect(await feed.heads()).toEqual(await direct.heads());
    const start = fromStart(feed.lanes);
    for (const limit of [1, 7, 500, 1_000, 100_000])
      expect(await read(start, limit)).toEqual(await direct.read(start, limit));
    const all = await read(start, 100_000);
    expect(all.map(({ type }) => type)).toContain('crm.service.internal.v1');
    expect(
      JSON.stringify(all, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('hush');
    const some = all.filter((_, index) => index % 97 === 0);
    expect(await readReferences(feed, some)).toEqual(await readReferences(direct, some));
  });

  it('asks only for lanes that are wanted and hold more', async () => {
    const heads = await feed.heads();
    clients.paths.length = 0;
    const [first = 0, second = 0] = heads.flatMap((head, lane) => (head > 1n ? [lane] : []));
    const after = heads.map((head, lane) => (lane === first || lane === second ? head - 1n : BEYOND));
    expect(await read(after, 10)).toHaveLength(2);
    expect(clients.paths.filter((path) => !path.endsWith('/lanes'))).toHaveLength(2);
    clients.paths.length = 0;
    expect(await read(heads, 10)).toEqual([]);
    expect(clients.paths).toEqual(['/v1/feeds/service/lanes']);
  });

  it('holds an event as soon as it is there, whatever was known of the heads', async () => {
    const before = await feed.heads();
    await ring(newId(), 1);
    expect(await read(before, 10)).toHaveLength(2);
  });

  it('tells those who listen when it has moved, and asks for nobody else', async () => {
    const told: LanePositions[] = [];
    const end = feed.onAdvance((heads) => void told.push(heads));
    await until(() => told.length === 1);
    await ring(newId(), 1);
    const heads = await direct.heads();
    await until(() => told.length > 1);
    expect(told.at(-1)).toEqual(heads);
    end();
    clients.paths.length = 0;
    const startedAt = Date.now();
    await until(() => Date.now() - startedAt > 1_300);
    expect(clients.paths).toEqual([]);
  });

  it('tells which logs its source was before', async () => {
    const heads = await direct.heads();
    const first = await feed.incarnation();
    const second = await beginIncarnation(services.service('service').context.pool);
    expect(await feed.incarnation(true)).toBe(second);
    expect(
      (await feed.incarnations()).map(({ incarnation, predecessor, heads: from }) => [incarnation, predecessor, from]),
    ).toEqual([
      [first, null, heads.map(() => 0n)],
      [second, first, heads],
    ]);
  });

  it('says that its source cannot be reached, once for all who ask', async () => {
    let asked = 0;
    class Unreachable extends NotedClients {
      override get<Body>(): Promise<Body> {
        asked += 1;
        return Promise.reject(new ServiceCallFailed('service', 0, 'TypeError'));
      }
    }
    const down = new HttpFeed('service', new Unreachable(clients));
    const answers = await Promise.allSettled([down.heads(), down.heads(), down.incarnation(), down.heads()]);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'rejected'));
    expect(asked).toBe(1);
  });

  it('takes an answer that was cut off for none', async () => {
    class CutOff extends NotedClients {
      override get<Body>(): Promise<Body> {
        return Promise.resolve({} as Body);
      }
    }
    await expect(new HttpFeed('service', new CutOff(clients)).heads()).rejects.toMatchObject({ transient: true });
  });
});

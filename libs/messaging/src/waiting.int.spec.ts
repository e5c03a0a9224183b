import { newId, type DomainEvent } from '@crm/event-sourcing';
import { TestBus, until, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection, Reactor } from './consumer.js';
import { NeedsMore } from './errors.js';

const SCHEMA = `CREATE TABLE rm.depot (depot text PRIMARY KEY); CREATE TABLE rm.scan (key uuid, no int, depot text REFERENCES rm.depot, PRIMARY KEY (key, no))`;

type Opened = DomainEvent<'DepotOpened', { readonly depot: string }>;

const openDepot = (depots: TestSource, depot: string): Promise<unknown> =>
  depots.store.transact({ category: 'depot', initial: null, evolve: () => null }, newId(), (): readonly Opened[] => [
    { type: 'DepotOpened', data: { depot } },
  ]);

const sources = [
  { service: 'parcels', types: ['ParcelScanned'] },
  { service: 'depots', types: ['DepotOpened'] },
] as const;
const releases: Projection<ParcelEvent | Opened>['releases'] = (event) =>
  event.type === 'DepotOpened' ? [`depot:${event.data.depot}`] : [];

/** Rows of a scan need the depot's row, which another service brings. */
const scanProjection: Projection<ParcelEvent | Opened> = {
  name: 'scan',
  sources,
  releases,
  tables: ['scan', 'depot'],
  apply: async (tx, events, flow) => {
    for (const event of events) {
      if (event.type === 'DepotOpened') await tx.query('INSERT INTO depot VALUES ($1)', [event.data.depot]);
      if (event.type !== 'ParcelScanned') continue;
      const { depot } = event.data;
      if ((await tx.query('SELECT FROM depot WHERE depot = $1', [depot])).rowCount === 0)
        flow.putAside(event, `depot:${depot}`);
      else await tx.query('INSERT INTO scan SELECT $1, count(*) + 1, $2 FROM scan WHERE key = $1', [event.key, depot]);
    }
  },
};

const throwing: Projection<ParcelEvent | Opened> = {
  ...scanProjection,
  apply: (tx, events, flow) =>
    scanProjection.apply(tx, events, {
      ...flow,
      putAside: (_, key) => {
        throw new NeedsMore(key);
      },
    }),
};

describe('an event that needs something not seen yet', () => {
  let bus: TestBus;
  let parcels: TestSource;
  let depots: TestSource;
  beforeAll(async () => {
    bus = await TestBus.open(SCHEMA);
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
    depots = bus.source('depots');
  });
  afterEach(() => bus.reset());
  afterAll(() => bus.close());

  const scansOf = async (key: string): Promise<readonly string[]> =>
    (await bus.rows<{ depot: string }>('SELECT depot FROM rm.scan WHERE key = $1 ORDER BY no', [key])).map(
      (row) => row.depot,
    );

  for (const [how, projection] of [
    ['put aside', scanProjection],
    ['thrown', throwing],
  ] as const) {
    it(`waits with what comes behind it, and nothing else waits (${how})`, async () => {
      const [early, other] = [newId(), newId()];
      await openDepot(depots, 'Busan');
      const runner = await bus.run([parcels.feed, depots.feed], { projections: [projection] });
      await runner.idle();
      await parcels.parcel(early, 'Busan', 'Daegu', 'Busan');
      const seen = await parcels.parcel(other, 'Busan');
      await parcels.parcel(early, 'Busan');
      const { lane, position } = (await parcels.store.readStream(seen)).at(-1) ?? { lane: 0, position: 0n };
      expect(await runner.waitFor([{ source: 'parcels', lane, position }], ['scan'], 5_000)).toBe(true);
      await runner.waitFor(
        (await parcels.feed.heads()).map((head, at) => ({ source: 'parcels', lane: at, position: head })),
        ['scan'],
        5_000,
      );
      expect(await scansOf(other)).toEqual(['Busan']);
      expect(await scansOf(early)).toEqual(['Busan']);
      expect((await runner.status())[0]).toMatchObject({ waiting: 3, deadLetters: 0 });
      await openDepot(depots, 'Daegu');
      await runner.idle();
      expect(await scansOf(early)).toEqual(['Busan', 'Daegu', 'Busan', 'Busan']);
    });
  }

  it('goes on when both are in one batch, in whatever order', async () => {
    const keys = Array.from({ length: 50 }, () => newId());
    for (const key of keys) await parcels.parcel(key, 'Daegu');
    await openDepot(depots, 'Daegu');
    const runner = await bus.run([parcels.feed, depots.feed], { projections: [scanProjection] });
    await runner.idle();
    expect(await bus.rows('SELECT FROM rm.scan')).toHaveLength(50);
  });

  it('is tried again by itself when nobody says that it can go on', async () => {
    const key = newId();
    await parcels.parcel(key, 'Daegu');
    const { name, tables, apply } = scanProjection;
    const forgetful: Projection<ParcelEvent | Opened> = { name, sources, tables, apply };
    const runner = await bus.run([parcels.feed, depots.feed], { projections: [forgetful] });
    await until(async () => (await runner.status())[0]?.waiting === 1);
    await openDepot(depots, 'Daegu');
    await runner.idle(20_000);
    expect(await scansOf(key)).toEqual(['Daegu']);
  });

  it('waits in a reactor too, over a restart', async () => {
    const open = new Set<string>();
    const done: string[] = [];
    const reactor: Reactor<ParcelEvent | Opened> = {
      name: 'react',
      sources,
      react: (event, reaction) => {
        if (event.type === 'DepotOpened') {
          open.add(event.data.depot);
          reaction.satisfied(`depot:${event.data.depot}`);
        }
        if (event.type === 'ParcelScanned') {
          if (!open.has(event.data.depot)) return Promise.reject(new NeedsMore(`depot:${event.data.depot}`));
          done.push(event.data.depot);
        }
        return Promise.resolve();
      },
    };
    await openDepot(depots, 'Busan');
    const first = await bus.run([parcels.feed, depots.feed], { reactors: [reactor] });
    await first.idle();
    const key = newId();
    const id = await parcels.parcel(key, 'Busan', 'Daegu', 'Busan');
    const last = (await parcels.store.readStream(id)).at(-1);
    expect(
      await first.waitFor(
        [{ source: 'parcels', lane: last?.lane ?? 0, position: last?.position ?? 0n }],
        ['react'],
        5_000,
      ),
    ).toBe(true);
    await first.stop();
    expect(done).toEqual(['Busan']);
    const second = await bus.run([parcels.feed, depots.feed], { reactors: [reactor] });
    await openDepot(depots, 'Daegu');
    await second.idle();
    expect(done).toEqual(['Busan', 'Daegu', 'Busan']);
  });
});

import { newId } from '@crm/event-sourcing';
import { TestBus, until, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection } from '../consumer.js';
import { UnfitTable } from './next-tables.js';
import { RebuildRunning, rebuildProjection } from './rebuild-projection.js';

const SCHEMA = `
  CREATE TABLE rm.depot (depot text CONSTRAINT depot_name PRIMARY KEY CHECK (depot <> 'Poisonville'), scans int NOT NULL DEFAULT 0);
  CREATE TABLE rm.scan (key uuid, position bigint, depot text CONSTRAINT scan_at REFERENCES rm.depot, PRIMARY KEY (key, position));
  CREATE INDEX scan_by_depot ON rm.scan (depot) WHERE depot <> '';
  CREATE TABLE rm.numbered (no int GENERATED ALWAYS AS IDENTITY)`;

const scanProjection = (spell: (depot: string) => string, version = 1): Projection<ParcelEvent> => ({
  name: 'scan',
  version,
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['scan', 'depot'],
  apply: async (tx, events) => {
    const scans = events.filter((event) => event.type === 'ParcelScanned');
    const depots = scans.map((event) => spell(event.data.depot));
    await tx.query(
      `INSERT INTO depot SELECT depot, count(*) FROM unnest($1::text[]) depot GROUP BY 1
        ON CONFLICT ON CONSTRAINT depot_name DO UPDATE SET scans = depot.scans + excluded.scans`,
      [depots],
    );
    await tx.query('INSERT INTO scan SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[])', [
      scans.map((event) => event.key),
      scans.map((event) => String(event.position)),
      depots,
    ]);
  },
});
const asIs = scanProjection((depot) => depot);
const upperCase = scanProjection((depot) => depot.toUpperCase(), 2);

describe('rebuilding a projection', () => {
  let bus: TestBus;
  let parcels: TestSource;
  beforeAll(async () => {
    bus = await TestBus.open(SCHEMA);
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
  });
  afterEach(() => bus.reset());
  afterAll(() => bus.close());

  const record = (parcelCount: number): Promise<unknown> =>
    Promise.all(Array.from({ length: parcelCount }, (_, no) => parcels.parcel(newId(), `depot ${String(no % 7)}`)));
  const rebuild = (projection: Projection<ParcelEvent>, accept?: string) =>
    rebuildProjection({
      projection,
      feeds: [parcels.feed],
      pool: bus.database.pool,
      ...(accept === undefined ? {} : { accept }),
    });
  const names = () =>
    bus.rows(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'rm'::regnamespace
      UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'rm'::regnamespace ORDER BY 1`);

  it('finds no difference and switches, while events keep coming', async () => {
    await record(300);
    const runner = await bus.run([parcels.feed], { projections: [asIs] });
    await runner.idle();
    const before = await names();
    let over = false;
    const coming = (async () => {
      while (!over) {
        await record(5);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const result = await rebuild(asIs);
    over = true;
    await coming;
    expect(result).toMatchObject({ switched: true, difference: null });
    expect(result.events).toBeGreaterThanOrEqual(600);
    await runner.idle();
    const heads = (await parcels.feed.heads()).reduce((sum, head) => sum + head, 0n);
    expect(
      await bus.rows('SELECT (SELECT count(*) FROM rm.scan) AS scans, (SELECT sum(scans) FROM rm.depot) AS counted'),
    ).toEqual([{ scans: heads / 2n, counted: heads / 2n }]);
    expect(await names()).toEqual(before);
    expect((await rebuild(asIs)).difference).toBeNull();
    expect(await bus.rows(`SELECT FROM bus.cursor WHERE consumer <> 'scan'`)).toHaveLength(0);
  });

  it('refuses to switch over a difference, counts it, and leaves the live tables alone', async () => {
    await record(20);
    const runner = await bus.run([parcels.feed], { projections: [asIs] });
    await runner.idle();
    await bus.database.pool.query(`UPDATE rm.depot SET scans = scans + 1 WHERE depot = 'depot 3'`);
    const refused = await rebuild(asIs);
    expect(refused.switched).toBe(false);
    expect(refused.difference).toMatch(/^[0-9a-f]{16}$/);
    expect(refused.tables).toEqual([
      { table: 'scan', live: 20, rebuilt: 20, onlyLive: 0, onlyRebuilt: 0 },
      { table: 'depot', live: 7, rebuilt: 7, onlyLive: 1, onlyRebuilt: 1 },
    ]);
    expect(await bus.rows('SELECT sum(scans) AS counted FROM rm.depot')).toEqual([{ counted: 21n }]);
    expect((await rebuild(asIs)).difference).toBe(refused.difference);
    expect((await rebuild(asIs, 'another difference')).switched).toBe(false);
    await record(1);
    await runner.idle();
    expect(await bus.rows('SELECT sum(scans) AS counted FROM rm.depot')).toEqual([{ counted: 22n }]);
  });

  it('switches over a difference that is accepted by its hash, although events came since', async () => {
    await record(20);
    const old = await bus.run([parcels.feed], { projections: [asIs] });
    await old.idle();
    await old.stop();
    const runner = await bus.run([parcels.feed], { projections: [upperCase] });
    expect((await runner.status())[0]?.rebuildDue).toBe(true);
    const refused = await rebuild(upperCase);
    expect(refused.switched).toBe(false);
    await parcels.parcel(newId(), 'Jeju');
    await runner.idle();
    const accepted = await rebuild(upperCase, refused.difference ?? '');
    expect(accepted.switched).toBe(true);
    expect(accepted.events).toBe(2);
    expect((await runner.status())[0]?.rebuildDue).toBe(false);
    await parcels.parcel(newId(), 'Jeju');
    await runner.idle();
    const depots = await bus.rows<{ depot: string; scans: number }>('SELECT * FROM rm.depot ORDER BY 1');
    expect(depots.map(({ depot }) => depot)).toEqual([
      ...Array.from({ length: 7 }, (_, no) => `DEPOT ${String(no)}`),
      'JEJU',
    ]);
    expect(depots.at(-1)?.scans).toBe(2);
  });

  it('takes over what could not be handled, and passes over what was given up', async () => {
    const [sick, hopeless] = [newId(), newId()];
    await parcels.parcel(sick, 'Busan', 'Poisonville', 'Daegu');
    await parcels.parcel(hopeless, 'Poisonville', 'Daegu');
    const runner = await bus.run([parcels.feed], { projections: [asIs] });
    await runner.idle();
    const letters = await runner.deadLetters.list();
    await runner.deadLetters.discard(letters.find(({ key }) => key === hopeless)?.id ?? '', 'user:kim');
    const result = await rebuild(asIs);
    expect(result).toMatchObject({ switched: true, difference: null });
    expect((await runner.status())[0]).toMatchObject({ deadLetters: 1, parkedKeys: 1, parkedEvents: 1 });
    const healed = scanProjection((depot) => (depot === 'Poisonville' ? 'Pohang' : depot));
    const again = await rebuild(healed);
    expect(again).toMatchObject({
      switched: false,
      tables: [
        { onlyLive: 0, onlyRebuilt: 2 },
        { onlyLive: 1, onlyRebuilt: 2 },
      ],
    });
    await rebuild(healed, again.difference ?? '');
    expect((await runner.status())[0]).toMatchObject({ deadLetters: 0, parkedKeys: 0, parkedEvents: 0 });
    expect(await bus.rows('SELECT depot, scans FROM rm.depot ORDER BY 1')).toEqual([
      { depot: 'Busan', scans: 1 },
      { depot: 'Daegu', scans: 2 },
      { depot: 'Pohang', scans: 1 },
    ]);
  });

  it('runs once at a time', async () => {
    await record(10);
    const runner = await bus.run([parcels.feed], { projections: [asIs] });
    await runner.idle();
    const outcomes = await Promise.allSettled([rebuild(asIs), rebuild(asIs)]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toBeInstanceOf(RebuildRunning);
  });

  it('refuses tables whose content depends on the order of arrival', async () => {
    await expect(rebuild({ ...asIs, tables: ['numbered'] })).rejects.toBeInstanceOf(UnfitTable);
    await expect(rebuild({ ...asIs, tables: ['missing'] })).rejects.toBeInstanceOf(UnfitTable);
  });

  it('waits for nobody when the projection does not run', async () => {
    await record(5);
    const runner = await bus.run([parcels.feed], { projections: [asIs] });
    await runner.idle();
    await runner.stop();
    await record(5);
    expect(await rebuild(asIs)).toMatchObject({ switched: true, events: 10 });
    const next = await bus.run([parcels.feed], { projections: [asIs] });
    await until(async () => (await next.status())[0]?.sources[0]?.lag === 0n);
    expect(await bus.rows('SELECT FROM rm.scan')).toHaveLength(10);
  });
});

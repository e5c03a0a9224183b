import { newId } from '@crm/event-sourcing';
import { TestBus, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection } from './consumer.js';
import { ConsumerWork } from './consumer-work.js';
import { BATCH } from './feed.js';
import { silentLogger } from './signals.js';

const lost: Projection<ParcelEvent> = {
  name: 'lost',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['lost'],
  apply: () => Promise.resolve(),
};

/** Needs a depot that never opens. */
const stuck: Projection<ParcelEvent> = {
  ...lost,
  name: 'stuck',
  apply: (_, events, flow) => {
    for (const event of events) flow.putAside(event, 'depot:nowhere');
    return Promise.resolve();
  },
};

let bus: TestBus;
let parcels: TestSource;
beforeAll(async () => {
  bus = await TestBus.open('CREATE TABLE rm.lost (parcel uuid)');
});
beforeEach(() => {
  parcels = bus.source('parcels');
});
afterEach(() => bus.reset());
afterAll(() => bus.close());

const workOf = (consumer: Projection<ParcelEvent>): ConsumerWork =>
  new ConsumerWork({
    ...{ pool: bus.database.pool, service: 'reader', consumer, attempts: 3 },
    feeds: new Map([['parcels', parcels.feed]]),
    reporting: { logger: silentLogger, observe: () => undefined },
  });

describe('what a consumer passes without handling it', () => {
  let work: ConsumerWork;
  beforeEach(() => {
    work = workOf(lost);
  });

  const passAll = async (): Promise<readonly number[]> => {
    const events = await parcels.feed.read(Array<bigint>(parcels.feed.lanes).fill(0n), 500);
    await work.handle('parcels', events);
    return [...new Set(events.map(({ lane }) => lane))].sort((left, right) => left - right);
  };
  const stored = async (): Promise<readonly number[]> =>
    (
      await bus.rows<{ lane: number }>(
        `SELECT lane::int AS lane FROM bus.cursor WHERE consumer = 'lost' AND position > 0 ORDER BY lane`,
      )
    ).map(({ lane }) => lane);

  it('is in the cursor when that is read anew', async () => {
    for (let parcel = 0; parcel < 8; parcel++) await parcels.parcel(newId());
    const lanes = await passAll();
    expect(await stored()).toEqual([]);
    await work.open('parcels');
    expect(await stored()).toEqual(lanes);
  });

  it('is in the cursor but for the lanes that another instance has moved meanwhile', async () => {
    for (let parcel = 0; parcel < 8; parcel++) await parcels.parcel(newId());
    const [taken = 0, ...others] = await passAll();
    await bus.rows(`UPDATE bus.cursor SET position = 7 WHERE consumer = 'lost' AND lane = $1`, [taken]);
    const { positions } = await work.open('parcels');
    expect(positions[taken]).toBe(7n);
    expect((await stored()).filter((lane) => lane !== taken)).toEqual(others);
  });
});

describe('a key behind which more waits than is read at once', () => {
  it('is tried from its first event on, and not again before that is due', async () => {
    const key = newId();
    await parcels.parcel(key, ...Array.from({ length: BATCH + 50 }, () => 'nowhere'));
    const work = workOf(stuck);
    const after = Array<bigint>(parcels.feed.lanes).fill(0n);
    const first = await parcels.feed.read(after, BATCH);
    for (const { lane, position } of first) after[lane] = position;
    await work.handle('parcels', first);
    await work.handle('parcels', await parcels.feed.read(after, BATCH));
    await bus.rows(`UPDATE bus.waiting SET due_at = '-infinity'`);
    expect([await work.resume(), await work.resume()]).toEqual([true, false]);
    expect(
      await bus.rows('SELECT tries, count(*)::int AS events FROM bus.waiting GROUP BY tries ORDER BY tries'),
    ).toEqual([
      { tries: 0, events: expect.any(Number) },
      { tries: 1, events: BATCH },
    ]);
  });
});

import { newId } from '@crm/event-sourcing';
import { TestBus, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection } from './consumer.js';
import { ConsumerWork } from './consumer-work.js';
import { silentLogger } from './signals.js';

const lost: Projection<ParcelEvent> = {
  name: 'lost',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['lost'],
  apply: () => Promise.resolve(),
};

describe('what a consumer passes without handling it', () => {
  let bus: TestBus;
  let parcels: TestSource;
  let work: ConsumerWork;
  beforeAll(async () => {
    bus = await TestBus.open('CREATE TABLE rm.lost (parcel uuid)');
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
    work = new ConsumerWork({
      ...{ pool: bus.database.pool, service: 'reader', consumer: lost, attempts: 3 },
      feeds: new Map([['parcels', parcels.feed]]),
      reporting: { logger: silentLogger, observe: () => undefined },
    });
  });
  afterEach(() => bus.reset());
  afterAll(() => bus.close());

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

import { summarisePurchases } from '@crm/customer-models';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { featuresAt, type FeatureTime } from '../customer-features/features-at.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { cdnowOrders, customerId, hasCdnow, orderEvents, project, type Order } from '../spec-kit/orders.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('1998-01-01T00:00:00Z');
const TABLES = ['order_fact', 'purchase_day', 'customer_feature'];

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());

const clear = (): Promise<unknown> => database.pool.query(`TRUNCATE ${TABLES.join(', ')}`);
const tables = (): Promise<readonly unknown[]> =>
  Promise.all(
    TABLES.map(async (table) => (await database.pool.query<object>(`SELECT * FROM ${table} t ORDER BY t::text`)).rows),
  );
const features = async (time: Partial<FeatureTime> = {}): Promise<readonly Record<string, unknown>[]> =>
  (
    await database.pool.query<Record<string, unknown>>(
      `SELECT * FROM ${featuresAt({ now: NOW, ...time })} c ORDER BY party_id`,
    )
  ).rows;
const featuresOf = async (
  customer: string,
  time?: Partial<FeatureTime>,
): Promise<Record<string, unknown> | undefined> =>
  (await features(time)).find((row) => row['party_id'] === customerId(customer));

const order = fc.record({
  customer: fc.constantFrom('ada', 'bo', 'cy'),
  date: fc
    .integer({ min: 0, max: 8 })
    .map((day) => new Date(Date.UTC(1997, 0, 1) + day * DAY_MS).toISOString().slice(0, 10)),
  amountMinor: fc.integer({ min: -5_000, max: 9_000 }),
});
const orders = fc
  .array(order, { maxLength: 30 })
  .map((list): readonly Order[] => list.map((one, index) => ({ ...one, ref: `order-${String(index)}` })));

describe('warehouse', () => {
  beforeEach(clear);

  it('merges orders of one day into one occasion, and takes returns off the revenue', async () => {
    await project(
      database.pool,
      orderEvents([
        { customer: 'ada', date: '1997-01-10', amountMinor: 2_500, ref: 'a' },
        { customer: 'ada', date: '1997-01-10', amountMinor: 1_500, ref: 'b' },
        { customer: 'ada', date: '1997-01-20', amountMinor: -500, ref: 'c' },
        { customer: 'ada', date: '1997-03-01', amountMinor: 1_000, ref: 'd' },
        { customer: 'ada', date: '1997-02-09', amountMinor: 3_000, ref: 'e' },
      ]),
    );
    expect(await featuresOf('ada', { asOf: '1997-03-31T23:59:59.999Z' })).toEqual({
      party_id: customerId('ada'),
      orders: 5,
      occasions: 3,
      repeat_occasions: 2,
      first_at: '1997-01-10T12:00:00.000Z',
      last_at: '1997-03-01T12:00:00.000Z',
      recency_days: 30,
      tenure_days: 80,
      frequency_span_days: 50,
      revenue: 7_500,
      mean_repeat_value: 2_000,
      currency: 'USD',
    });
  });

  it('knows of a customer with nothing but returns that there was no occasion', async () => {
    await project(database.pool, orderEvents([{ customer: 'bo', date: '1997-01-10', amountMinor: -100, ref: 'a' }]));
    expect(await featuresOf('bo')).toMatchObject({
      occasions: 0,
      repeat_occasions: 0,
      recency_days: null,
      mean_repeat_value: null,
      revenue: -100,
    });
  });

  it('looks back to what was known at a time', async () => {
    const [early, late] = [{ recordedAt: '1997-02-01T00:00:00.000Z' }, { recordedAt: '1997-05-01T00:00:00.000Z' }];
    await project(
      database.pool,
      orderEvents([
        { customer: 'cy', date: '1997-01-10', amountMinor: 100, ref: 'a', ...early },
        { customer: 'cy', date: '1997-01-12', amountMinor: 300, ref: 'b', ...late },
      ]),
    );
    expect(await featuresOf('cy', { knownAt: '1997-03-01T00:00:00.000Z' })).toMatchObject({
      occasions: 1,
      revenue: 100,
    });
    expect(await featuresOf('cy')).toMatchObject({ occasions: 2, revenue: 400 });
  });

  it('gives what a fold from scratch gives, whatever the order, the batches and the repeats', async () => {
    await fc.assert(
      fc.asyncProperty(
        orders,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 7 }),
        async (list, draws, batch) => {
          await clear();
          const events = orderEvents(list);
          const shuffled = [...events, ...events.slice(0, events.length / 2)]
            .map((event) => ({ event, draw: Number(draws.next().value) }))
            .sort((left, right) => left.draw - right.draw)
            .map(({ event }) => event);
          await project(database.pool, shuffled, batch);
          const lines = list.map(({ customer, date, amountMinor }) => ({ customer, date, amount: amountMinor }));
          for (const end of ['1997-01-04', '1997-01-31']) {
            const expected = summarisePurchases(lines, end);
            const rows = (await features({ asOf: `${end}T23:59:59.999Z` })).filter((row) => row['occasions'] !== 0);
            expect(rows).toHaveLength(expected.length);
            for (const summary of expected)
              expect(rows.find((row) => row['party_id'] === customerId(summary.customer))).toMatchObject({
                repeat_occasions: summary.x,
                frequency_span_days: Math.round(summary.tx * 7),
                tenure_days: Math.round(summary.T * 7),
                revenue: summary.total,
              });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('ends in the same rows when everything is projected twice', async () => {
    const events = orderEvents(fc.sample(orders, { numRuns: 1, seed: 7 }).flat());
    await project(database.pool, events);
    const once = await tables();
    await project(database.pool, [...events].reverse(), 3);
    expect(await tables()).toEqual(once);
  });

  it('keeps for the present what the days give for it', async () => {
    await project(database.pool, orderEvents(fc.sample(orders, { numRuns: 1, seed: 11 }).flat()));
    expect(await features()).toEqual(await features({ asOf: new Date(NOW).toISOString() }));
  });
});

const describeCdnow = hasCdnow ? describe : describe.skip;

describeCdnow(
  `warehouse on the CDNOW sample${hasCdnow ? '' : ' (skipped: ../shared/data/cdnow_sample.csv is not there)'}`,
  () => {
    const asOf = '1997-09-30T23:59:59.999Z';

    it('holds 2,457 repeat occasions of 946 customers, in 1,016 histories, when orders arrive late, twice and out of order', async () => {
      await clear();
      const events = orderEvents(cdnowOrders());
      const outOfOrder = [...events.filter((_, index) => index % 3 === 0), ...[...events].reverse()];
      await project(database.pool, outOfOrder);
      const rows = await features({ asOf });
      const repeats = rows.map((row) => Number(row['repeat_occasions']));
      const histories = new Set(
        rows.map((row) => [row['repeat_occasions'], row['frequency_span_days'], row['tenure_days']].join(' ')),
      );
      expect(rows).toHaveLength(2_357);
      expect(repeats.reduce((sum, repeat) => sum + repeat, 0)).toBe(2_457);
      expect(repeats.filter((repeat) => repeat > 0)).toHaveLength(946);
      expect(histories.size).toBe(1_016);
      expect((await features()).reduce((sum, row) => sum + Number(row['occasions']), 0)).toBe(6_696);
    });
  },
);

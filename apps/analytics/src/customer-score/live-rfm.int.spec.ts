import { rateRfm, TEN_SEGMENTS, type RfmEdges } from '@crm/customer-models';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { featuresAt } from '../customer-features/features-at.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { customerId } from '../spec-kit/orders.js';
import { daysUntilRecencyDrops, liveEdgesOf, liveRfm } from './live-rfm.js';

const NOW = Date.parse('1998-01-01T12:00:00Z');
const DAY_MS = 86_400_000;
const ADD = `INSERT INTO customer_feature (party_id, orders, occasions, first_day, last_day, revenue_minor, repeat_minor, currency)
  VALUES ($1, $2, $2, $3, $3, $4, 0, 'USD')`;

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE customer_feature'));

interface Customer {
  readonly recencyDays: number;
  readonly frequency: number;
  readonly monetary: number;
}

const values = fc.record({
  recencyDays: fc.integer({ min: 0, max: 40 }),
  frequency: fc.integer({ min: 1, max: 12 }),
  monetary: fc.integer({ min: -3_000, max: 90_000 }),
});
const edgesOf = (whole: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> =>
  fc
    .array(fc.oneof(whole, fc.double({ min: -5, max: 60, noNaN: true })), { minLength: 4, maxLength: 4 })
    .map((list) => [...list].sort((left, right) => left - right));
const edges: fc.Arbitrary<RfmEdges> = fc.record({
  recencyDays: edgesOf(fc.integer({ min: 0, max: 40 })),
  frequency: edgesOf(fc.integer({ min: 1, max: 12 })),
  monetary: edgesOf(fc.integer({ min: -3_000, max: 90_000 })),
});

async function add(customers: readonly Customer[]): Promise<void> {
  for (const [index, { recencyDays, frequency, monetary }] of customers.entries())
    await database.pool.query(ADD, [
      customerId(String(index)),
      frequency,
      new Date(NOW - recencyDays * DAY_MS).toISOString().slice(0, 10),
      monetary,
    ]);
}

const rated = async (by: RfmEdges): Promise<ReadonlyMap<unknown, Record<string, unknown>>> => {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `SELECT c.party_id, s.* FROM ${featuresAt({ now: NOW })} c, LATERAL ${liveRfm(by)} s`,
  );
  return new Map(rows.map(({ party_id: partyId, ...row }) => [partyId, row]));
};

describe('RFM of the present', () => {
  it('is in SQL what it is in a run, whatever the edges', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 12 }), edges, async (customers, by) => {
        await database.pool.query('TRUNCATE customer_feature');
        await add(customers);
        const rows = await rated(by);
        expect(rows.size).toBe(customers.length);
        for (const [index, inputs] of customers.entries()) {
          const score = rateRfm(by, inputs);
          expect(rows.get(customerId(String(index)))).toEqual({ ...score, score, inputs });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('names every segment of the table as the table does', async () => {
    const by = { recencyDays: [1, 2, 3, 4], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] };
    const five = [1, 2, 3, 4, 5];
    const customers = five.flatMap((r) =>
      five.flatMap((f) => five.map((m) => ({ recencyDays: r, frequency: f, monetary: m }))),
    );
    await add(customers);
    const rows = await rated(by);
    const segments = customers.map((_, index) => rows.get(customerId(String(index)))?.['segment']);
    expect(segments).toEqual(customers.map((customer) => rateRfm(by, customer).segment));
    expect(new Set(segments).size).toBeGreaterThan(7);
  });

  it('is of nobody who never bought', async () => {
    await database.pool.query(
      `INSERT INTO customer_feature (party_id, orders, occasions, revenue_minor, repeat_minor, currency) VALUES ($1, 1, 0, -100, 0, 'USD')`,
      [customerId('ada')],
    );
    expect((await rated({ recencyDays: [1], frequency: [1], monetary: [1] })).size).toBe(0);
  });
});

describe('the edges of a run', () => {
  const fit = {
    definition: 'value-edges',
    segmentTable: TEN_SEGMENTS.version,
    edges: { recencyDays: [1], frequency: [1], monetary: [1] },
  };

  it('hold at present, for the definition that is known now', () => {
    expect(liveEdgesOf({ model: 'rfm', fit }, {})).toBe(fit.edges);
    for (const other of [
      { definition: 'rank-tiles' },
      { segmentTable: 'ten-segments.0' },
      { edges: { recencyDays: [1] } },
      { edges: { ...fit.edges, monetary: [null] } },
    ])
      expect(liveEdgesOf({ model: 'rfm', fit: { ...fit, ...other } }, {})).toBeUndefined();
    expect(liveEdgesOf({ model: 'rfm', fit: {} }, {})).toBeUndefined();
  });

  it('do not hold at a moment of the past, nor for another model', () => {
    expect(liveEdgesOf({ model: 'rfm', fit }, { asOf: '1997-01-01T00:00:00Z' })).toBeUndefined();
    expect(liveEdgesOf({ model: 'rfm', fit }, { knownAt: '1997-01-01T00:00:00Z' })).toBeUndefined();
    expect(liveEdgesOf({ model: 'bg-nbd', fit }, {})).toBeUndefined();
  });

  it('say when time alone will lower a score', () => {
    const by = { recencyDays: [10, 20.5], frequency: [], monetary: [] };
    expect([0, 9, 10, 11, 20, 21].map((days) => daysUntilRecencyDrops(by, days))).toEqual([11, 2, 1, 10, 1, undefined]);
  });
});

import type { FeedEvent } from '@crm/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { projectInto } from '../spec-kit/loop-story.js';
import { customerId, orderEvents } from '../spec-kit/orders.js';
import type { OrderPlaced } from './order-facts.js';
import { orderLinesProjection } from './order-lines.projection.js';

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());

const lines = [
  { sku: 'TEA-1', quantity: 2, amountMinor: 900 },
  { sku: 'TEA-1', quantity: 0.5, amountMinor: 225 },
];
const order = (customer: string, ref: string, told?: OrderPlaced['data']['lines']): readonly FeedEvent<OrderPlaced>[] =>
  orderEvents([{ customer, ref, date: '1997-01-05', amountMinor: 1_125 }]).map((event) => ({
    ...event,
    data: { ...event.data, ...(told === undefined ? {} : { lines: told }) },
  }));
const rows = async (): Promise<readonly Record<string, unknown>[]> =>
  (
    await database.pool.query<Record<string, unknown>>(
      `SELECT line, sku, quantity::float8, amount_minor::int AS amount, currency, party_id, local_date::text FROM order_line_fact ORDER BY line`,
    )
  ).rows;

describe('order lines', () => {
  it('are kept with the customer and the day of their order, once', async () => {
    const events = [...order('ada', 'a', lines), ...order('bo', 'b')];
    await projectInto(orderLinesProjection, database.pool, [...events].reverse());
    await projectInto(orderLinesProjection, database.pool, events, 1);
    const of = { currency: 'USD', party_id: customerId('ada'), local_date: '1997-01-05' };
    expect(await rows()).toEqual([
      { line: 1, sku: 'TEA-1', quantity: 2, amount: 900, ...of },
      { line: 2, sku: 'TEA-1', quantity: 0.5, amount: 225, ...of },
    ]);
  });
});

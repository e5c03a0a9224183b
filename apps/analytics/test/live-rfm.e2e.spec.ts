import { OrderPlacedV1 } from '@crm/contracts';
import { startTestServices, until, type TestAnswer, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { analyticsService } from '../src/analytics-service.js';
import { neighbour, say } from '../src/spec-kit/neighbours.js';
import { customerId, orderEvents, type Order } from '../src/spec-kit/orders.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const order = (customer: string, days: number, amountMinor = 1_000): Order => ({
  customer,
  date: daysAgo(days),
  amountMinor,
  ref: `${customer} ${String(days)}`,
});

let services: TestServices;
let runId: string;
const get = (path: string): Promise<TestAnswer> => services.send('analyst', 'GET', path);
const place = async (...orders: readonly Order[]): Promise<void> => {
  for (const { data, key } of orderEvents(orders))
    await say(services.service('sales').context, { type: OrderPlacedV1.type, key, data });
};
interface Score {
  readonly partyId: string;
  readonly values: { readonly r: number };
}
const scoresIn = async (path: string): Promise<readonly Score[]> =>
  ((await get(path)).body as { readonly items: readonly Score[] }).items;
const scoreOf = async (customer: string): Promise<Score | undefined> =>
  (await scoresIn(`/v1/customers/${customerId(customer)}/scores`))[0];

describe('RFM scores of the present', () => {
  beforeAll(async () => {
    services = await startTestServices([neighbour('sales'), analyticsService]);
    const customers = ['ada', 'bo', 'cy', 'di', 'ed'];
    await place(...customers.flatMap((customer, index) => [order(customer, 400 - 50 * index, 1_000 * (index + 1))]));
    await until(async () => (await get('/v1/customers/features?count=true')).body.total === customers.length);
    const asOf = new Date().toISOString();
    const { headers } = await services.send('analyst', 'POST', '/v1/models/rfm/runs', { asOf });
    const run = await until(async () => {
      const { body } = await get(headers.get('location') ?? '');
      return body.status !== 'running' && (body as { readonly status: string; readonly runId: string });
    });
    expect(run.status).toBe('done');
    runId = run.runId;
  });
  afterAll(() => services.stop());

  it('follow an order at once, by the edges of the last run, and say what they saw', async () => {
    const before = await scoreOf('ada');
    expect(before).toMatchObject({ runId, values: { r: 1, f: 1, m: 1 }, reasons: { frequency: 1, monetary: 1_000 } });
    const stored = new Date().toISOString();
    await place(order('ada', 0, 90_000));
    const after = await until(async () => {
      const score = await scoreOf('ada');
      return score?.values.r === 5 && score;
    });
    expect(after).toMatchObject({
      runId,
      values: { r: 5, f: 5, m: 5 },
      reasons: { recencyDays: 0, frequency: 2, monetary: 91_000, edges: { frequency: [1, 1, 1, 1] } },
    });
    const { body } = await get(`/v1/customers/${customerId('ada')}/scores?asOf=${stored}`);
    expect(body.items[0].values).toMatchObject({ r: 1, f: 1, m: 1 });
  });

  it('are there for a customer who bought for the first time since the run, and are listed with the others', async () => {
    await place(order('gil', 1, 50));
    await until(async () => (await scoreOf('gil')) !== undefined);
    const list = '/v1/customers/scores?model=rfm&filter=r[eq]:5&order=-m&count=true';
    const first = (await get(`${list}&limit=1`)).body;
    expect(first).toMatchObject({ total: 3, items: [{ partyId: customerId('ada'), runId }] });
    const rest = await scoresIn(`${list}&after=${encodeURIComponent(first.next)}`);
    expect(rest.map(({ partyId }) => partyId)).toEqual([customerId('ed'), customerId('gil')]);
  });

  it('decide who is in a segment, and their changes are told', async () => {
    const { body } = await services.send('analyst', 'POST', '/v1/segments', {
      name: 'most recent',
      where: { feature: 'rfm.r', eq: 5 },
    });
    const members = (await get(`/v1/segments/${body.id}/members`)).body.items;
    expect(members).toContainEqual({ partyId: customerId('gil'), values: { 'rfm.r': 5 } });
    const why = (await get(`/v1/segments/${body.id}/members/${customerId('gil')}/why`)).body;
    expect(why).toMatchObject({ member: true, runIds: [runId] });
    const { pool } = services.service('analytics').context;
    await until(
      async () =>
        (
          await pool.query(
            `SELECT FROM es.event WHERE type = 'CustomerScoreChanged' AND data->>'partyId' = $1 AND data->>'runId' = $2`,
            [customerId('gil'), runId],
          )
        ).rowCount === 1,
      30_000,
    );
  });
});

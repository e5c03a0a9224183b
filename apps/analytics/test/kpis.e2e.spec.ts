import { OrderPlacedV1 } from '@crm/contracts';
import { startTestServices, until, type TestAnswer, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { analyticsService } from '../src/analytics-service.js';
import { neighbour, say } from '../src/spec-kit/neighbours.js';
import { orderEvents, type Order } from '../src/spec-kit/orders.js';

const orders: readonly Order[] = [
  { customer: 'ada', date: '1997-01-05', amountMinor: 1_000, ref: 'a' },
  { customer: 'ada', date: '1997-02-05', amountMinor: 1_000, ref: 'b' },
  { customer: 'bo', date: '1997-01-31', amountMinor: 500, ref: 'c' },
  { customer: 'cy', date: '1997-02-01', amountMinor: 2_000, ref: 'd' },
  { customer: 'cy', date: '1997-03-01', amountMinor: -2_000, ref: 'e' },
];
const FEBRUARY = '/v1/kpis?from=1997-02-01&to=1997-02-28';

let services: TestServices;
const profitIn = async (path: string): Promise<unknown> =>
  ((await get(path)).body as { readonly items: readonly unknown[] }).items.at(-1);
const get = (path: string): Promise<TestAnswer> => services.send('analyst', 'GET', path);

describe('key figures', () => {
  beforeAll(async () => {
    services = await startTestServices([
      neighbour('sales'),
      neighbour('marketing'),
      neighbour('service'),
      analyticsService,
    ]);
    for (const { data, key } of orderEvents(orders))
      await say(services.service('sales').context, { type: OrderPlacedV1.type, key, data });
    await until(async () => (await get('/v1/customers/features?count=true')).body.total === 3);
    await until(async () => (await get('/v1/customers/features?filter=orders[eq]:2&count=true')).body.total === 2);
  });
  afterAll(() => services.stop());

  it('come with their formula, their names and where their numbers come from', async () => {
    const { body } = await get(FEBRUARY);
    expect(body).toMatchObject({ from: '1997-02-01', previous: { from: '1997-01-04', to: '1997-01-31' }, next: null });
    const [fresh, kept, lost, campaigns, channels, profit] = body.items;
    expect(fresh).toMatchObject({ id: 'K03', nameKo: '신규고객율', value: 0.5, numerator: 1, denominator: 2 });
    expect(kept).toMatchObject({ id: 'K04', value: 0.5, formulaVersion: 'k04.1', formula: expect.any(String) });
    expect(lost).toMatchObject({ id: 'K05', value: 0.5 });
    expect(campaigns).toMatchObject({ id: 'K18', value: null, reason: 'no-result', lineage: { results: [] } });
    expect(channels).toMatchObject({ id: 'K19', value: null, reason: 'no-contacts' });
    expect(profit).toMatchObject({ id: 'K22', value: 1, denominator: 3_000, lineage: { businessRulesVersion: 0 } });
    const [{ readModel, positions }] = fresh.lineage.readModels;
    expect([readModel, positions.sales]).toEqual([
      'warehouse',
      expect.arrayContaining([expect.stringMatching(/^[1-9]/)]),
    ]);
  });

  it('are computed by the business rules of their period, which they name', async () => {
    const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
    const terms = { marginRate: 0.5, costPerOccasion: usd(100), costPerContact: usd(0), costPerCase: usd(0) };
    const effectiveFrom = '1997-02-28T00:00:00Z';
    await services.send('analyst', 'PUT', '/v1/business-rules', { ...terms, effectiveFrom });
    const profit = await profitIn(FEBRUARY);
    expect(profit).toMatchObject({
      numerator: 3_000 * 0.5 - 200,
      currency: 'USD',
      lineage: { businessRulesVersion: 1 },
    });
    const before = await profitIn('/v1/kpis?from=1997-01-01&to=1997-01-31');
    expect(before).toMatchObject({ numerator: 1_500, lineage: { businessRulesVersion: 0 } });
  });

  it('are of a period that exists, and for those who may read them', async () => {
    expect((await get('/v1/kpis?from=1997-02-30')).body.errors).toMatchObject([{ pointer: '/from' }]);
    expect((await get('/v1/kpis')).status).toBe(200);
    expect((await services.send('marketer', 'GET', FEBRUARY)).status).toBe(403);
  });
});

describe('cohorts', () => {
  it('count the customers of each month who were active later on', async () => {
    services = await startTestServices([neighbour('sales'), analyticsService]);
    for (const { data, key } of orderEvents(orders))
      await say(services.service('sales').context, { type: OrderPlacedV1.type, key, data });
    const asOf = '1997-03-15T00:00:00Z';
    const body = await until(async () => {
      const page = (await get(`/v1/cohorts?asOf=${asOf}`)).body;
      return page.items?.[0]?.active[1] === 1 && page.items.length === 2 && (page as Record<string, unknown>);
    });
    expect(body).toMatchObject({
      asOf: '1997-03-15T00:00:00.000Z',
      returns: 'ignore',
      leftOut: 0,
      items: [
        { month: '1997-01', customers: 2, active: [2, 1, 0], rates: [1, 0.5, 0] },
        { month: '1997-02', customers: 1, active: [1, 0], rates: [1, 0] },
      ],
      lineage: [{ readModel: 'warehouse' }],
    });
    await until(async () => {
      const { items } = (await get(`/v1/cohorts?asOf=${asOf}&returns=count&months=2`)).body;
      return JSON.stringify(items[1]?.active) === '[1,1]';
    });
    for (const query of ['months=0', 'months=x', 'returns=maybe', 'asOf=yesterday'])
      expect((await get(`/v1/cohorts?${query}`)).body.errors).toHaveLength(1);
    await services.stop();
  });
});

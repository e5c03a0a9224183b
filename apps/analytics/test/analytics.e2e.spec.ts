import { deriveId, fingerprintOf, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import { OrderPlacedV1, publicEvent, type OrderPlacedV1Data } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { startTestServices, until, type TestAnswer, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { analyticsService } from '../src/analytics-service.js';
import { customerId, orderEvents, type Order } from '../src/spec-kit/orders.js';

type Placed = DomainEvent<'Placed', OrderPlacedV1Data>;
const orderAggregate: Aggregate<null, Placed> = { category: 'order', initial: null, evolve: () => null };

/** Sales as analytics sees it: a feed with orders. */
const sales = defineService({
  name: 'sales',
  modules: [],
  migrations: [],
  publish: ({ category, data }) =>
    category === 'order' ? publicEvent(OrderPlacedV1, data as OrderPlacedV1Data) : undefined,
  projections: () => [],
  reactors: () => [],
});

const ASOF = '1997-06-30T23:59:59.999Z';
const orders: readonly Order[] = Array.from({ length: 60 }, (_, index) => ({
  customer: `customer-${String(index % 12)}`,
  date: new Date(Date.UTC(1997, 0, 3 + (index % 12) + Math.floor(index / 12) * (2 + (index % 12))))
    .toISOString()
    .slice(0, 10),
  amountMinor: 1_000 + (index % 12) * 100,
  ref: `order-${String(index)}`,
})).filter((_, index) => index < 12 || index % 12 > 2);

let services: TestServices;
const get = (path: string, role: 'analyst' | 'marketer' | 'sales' | 'data' = 'analyst'): Promise<TestAnswer> =>
  services.send(role, 'GET', path);
const post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer> =>
  services.send('analyst', 'POST', path, body, headers);

/** Waits for the end of long work. */
async function ended({ status, headers }: TestAnswer): Promise<TestAnswer['body']> {
  expect(status).toBe(202);
  const location = headers.get('location') ?? '';
  return until(async () => {
    const { body } = await get(location);
    return body.status !== 'running' && (body as object);
  });
}

async function place(...list: readonly Order[]): Promise<void> {
  const { store } = services.service('sales').context;
  for (const { data, key } of orderEvents(list))
    await store.recordFact(
      orderAggregate,
      data.orderId,
      { type: 'Placed', data },
      { key, fingerprint: fingerprintOf(data) },
    );
}

describe('analytics', () => {
  beforeAll(async () => {
    services = await startTestServices([sales, analyticsService]);
    await place(...orders);
  });
  afterAll(() => services.stop());

  it('refreshes its mart from the sources and proves that nothing is missing', async () => {
    const refreshId = deriveId('refresh', 'one');
    const refresh = await ended(await post('/v1/mart-refreshes', { refreshId, asOf: ASOF }));
    expect(refresh).toMatchObject({
      refreshId,
      asOf: ASOF,
      status: 'done',
      facts: orders.length,
      progress: { done: orders.length + 1, total: orders.length + 1 },
      checks: [
        { check: 1, passed: true },
        { check: 2, passed: true },
      ],
    });
    const { body } = await services.send('data', 'GET', `/v1/feeds/analytics/lanes`);
    expect(body.lanes).toHaveLength(16);
    expect((await post('/v1/mart-refreshes', { refreshId, asOf: '1997-01-01T00:00:00Z' })).body).toMatchObject({
      code: 'refresh-id-taken',
    });
    expect((await get(`/v1/mart-refreshes/${deriveId('refresh', 'none')}`)).status).toBe(404);
  });

  it('answers the features of a customer and of all, at any time', async () => {
    const partyId = customerId('customer-5');
    const { body } = await get(`/v1/customers/${partyId}/features?asOf=${ASOF}`);
    expect(body).toMatchObject({
      partyId,
      occasions: 5,
      repeatOccasions: 4,
      frequencySpanDays: 28,
      revenue: 7_500,
      meanRepeatValue: 1_500,
      currency: 'USD',
    });
    expect(body.tenureDays - body.recencyDays).toBe(28);
    expect((await get(`/v1/customers/${partyId}/features?asOf=1997-01-10T00:00:00Z`)).body).toMatchObject({
      occasions: 1,
      meanRepeatValue: null,
    });
    expect((await get(`/v1/customers/${partyId}/features?asOf=1996-01-10T00:00:00Z`)).status).toBe(404);
    expect((await get(`/v1/customers/${partyId}/features?asOf=yesterday`)).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/asOf' }],
    });

    const path = `/v1/customers/features?asOf=${ASOF}&filter=repeatOccasions[gte]:1&order=-revenue&limit=4&count=true`;
    const first = (await get(path)).body;
    expect(first).toMatchObject({ total: 9, items: [{ partyId: customerId('customer-11') }, {}, {}, {}] });
    const second = (await get(`${path}&after=${encodeURIComponent(first.next)}`)).body;
    expect(second.items).toHaveLength(4);
    expect((await get('/v1/customers/features?filter=shoeSize[eq]:1')).status).toBe(400);
  });

  it('runs models, and says of every customer how they scored and why', async () => {
    const weeks = { weeks: 26 };
    const bgNbd = await ended(await post('/v1/models/bg-nbd/runs', { asOf: ASOF, parameters: weeks }));
    expect(bgNbd).toMatchObject({
      status: 'done',
      model: 'bg-nbd',
      customers: 12,
      changed: 12,
      parameters: weeks,
      fit: { customers: 12 },
    });
    const rfm = await ended(await post('/v1/models/rfm/runs', { asOf: ASOF }));
    expect(rfm).toMatchObject({ status: 'done', customers: 12, fit: { definition: 'value-edges' } });

    const { body } = await get(`/v1/customers/${customerId('customer-1')}/scores?asOf=${ASOF}`, 'sales');
    expect(body.items).toEqual([
      expect.objectContaining({
        model: 'bg-nbd',
        runId: bgNbd.runId,
        asOf: ASOF,
        values: { pAlive: 1, expectedPurchases: expect.any(Number) },
        reasons: expect.objectContaining({ x: 0, tx: 0 }),
      }),
      expect.objectContaining({
        model: 'rfm',
        runId: rfm.runId,
        reasons: expect.objectContaining({ frequency: 1, edges: rfm.fit.edges }),
      }),
    ]);
    expect(
      (await get(`/v1/customers/${customerId('customer-1')}/scores?asOf=1997-01-31T00:00:00Z`)).body.items,
    ).toEqual([]);

    const best = (await get('/v1/customers/scores?model=rfm&filter=f[gte]:2&order=-m&limit=1')).body;
    expect(best.items).toEqual([expect.objectContaining({ values: expect.objectContaining({ m: 5 }) })]);
    expect((await get('/v1/customers/scores?model=tea-leaves')).body).toMatchObject({
      errors: [{ pointer: '/model' }],
    });
    expect((await get('/v1/models')).body.items).toEqual([
      expect.objectContaining({ model: 'rfm', latestRun: expect.objectContaining({ runId: rfm.runId }) }),
      expect.objectContaining({ model: 'bg-nbd' }),
    ]);
    expect((await post('/v1/models/tea-leaves/runs', { asOf: ASOF })).status).toBe(404);
    expect((await post('/v1/models/bg-nbd/runs', { asOf: ASOF, parameters: { weeks: -1 } })).body).toMatchObject({
      errors: [{ pointer: '/parameters/weeks' }],
    });
    expect((await services.send('marketer', 'POST', '/v1/models/rfm/runs', { asOf: ASOF })).status).toBe(403);
  });

  it('defines segments, lists their members at a time, and says why', async () => {
    const where = { all: [{ feature: 'rfm.f', gte: 2 }, { not: { feature: 'recencyDays', lt: 30 } }] }; // prettier-ignore
    const made = await post('/v1/segments', { name: 'frequent and quiet', where }, { 'idempotency-key': 'segment-1' });
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(
      (await post('/v1/segments', { name: 'frequent and quiet', where }, { 'idempotency-key': 'segment-1' })).body.id,
    ).toBe(id);
    expect((await get(`/v1/segments/${id}`, 'marketer')).body).toEqual({
      segmentId: id,
      name: 'frequent and quiet',
      where,
    });
    expect((await post('/v1/segments', { name: 'x', where: { all: [{ feature: 'rfm.f' }] } })).body).toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer: '/where/all/0', code: 'exactly-one' }],
    });

    const members = (await get(`/v1/segments/${id}/members?asOf=${ASOF}&count=true`)).body;
    expect(members.total).toBe(members.items.length);
    expect(members.items[0].values).toEqual({ 'rfm.f': expect.any(Number), recencyDays: expect.any(Number) });
    const [{ partyId }] = members.items;
    expect((await get(`/v1/segments/${id}/members/${partyId}/why?asOf=${ASOF}`)).body).toMatchObject({
      member: true,
      conditions: [
        { pointer: '/where/all/0', feature: 'rfm.f', operator: 'gte', operand: 2, holds: true },
        { pointer: '/where/all/1/not', feature: 'recencyDays', operator: 'lt', operand: 30, holds: false },
      ],
      entered: null,
    });
  });

  it('tells who entered a segment and who left it, and why', async () => {
    const { body } = await post('/v1/segments', {
      name: 'not seen for long',
      where: { feature: 'recencyDays', gte: 365 },
    });
    const partyId = customerId('customer-4');
    const why = (): Promise<TestAnswer> => get(`/v1/segments/${body.id}/members/${partyId}/why`);
    await until(async () => (await why()).body.entered?.reason === 'segment-defined');
    const today = new Date().toISOString().slice(0, 10);
    await place({ customer: 'customer-4', date: today, amountMinor: 500, ref: 'back' });
    await until(async () => (await why()).body.entered === null, 30_000);
    expect((await why()).body).toMatchObject({ member: false, conditions: [{ value: 0, holds: false }] });
  });
});

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
    const models = (await get('/v1/models')).body.items as readonly { readonly model: string }[];
    expect(models.map(({ model }) => model)).toEqual([
      ...['rfm', 'bg-nbd', 'gamma-gamma', 'lifetime-value', 'customer-value', 'churn', 'retention', 'dormancy'],
      ...['association', 'profitability', 'product', 'channel', 'life-stage'],
    ]);
    expect(models[0]).toMatchObject({ latestRun: { runId: rfm.runId } });
    expect((await post('/v1/models/tea-leaves/runs', { asOf: ASOF })).status).toBe(404);
    expect((await post('/v1/models/bg-nbd/runs', { asOf: ASOF, parameters: { weeks: -1 } })).body).toMatchObject({
      errors: [{ pointer: '/parameters/weeks' }],
    });
    expect((await services.send('marketer', 'POST', '/v1/models/rfm/runs', { asOf: ASOF })).status).toBe(403);
  });

  it('keeps what a run found beside scores', async () => {
    const run = await ended(await post('/v1/models/lifetime-value/runs', { asOf: ASOF, parameters: { margin: 0.5 } }));
    expect(run).toMatchObject({
      status: 'done',
      changed: 0,
      parameters: { margin: 0.5, months: 12, monthlyDiscount: 0.01 },
      report: {
        builtOn: [
          { model: 'bg-nbd', runId: expect.any(String) },
          { model: 'gamma-gamma', runId: null },
        ],
      },
      warnings: expect.any(Array),
    });
    const { body } = await get(`/v1/customers/scores?model=lifetime-value&order=-value&limit=1`);
    expect(body.items).toEqual([
      expect.objectContaining({ values: expect.objectContaining({ value: expect.any(Number) }) }),
    ]);
    expect(run.plots).toEqual([
      { name: 'tenths', href: `/v1/models/lifetime-value/runs/${String(run.runId)}/plots/tenths` },
    ]);
    const plot = await fetch(new URL(run.plots[0].href, services.url), {
      headers: { authorization: `Bearer ${await services.token('analyst')}` },
    });
    expect(plot.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(await plot.text()).toMatch(/^<svg /);
    expect((await get(`/v1/models/lifetime-value/runs/${String(run.runId)}/plots/none`)).status).toBe(404);
    expect((await get(`/v1/models/rfm/runs/${String(run.runId)}/plots/tenths`)).status).toBe(404);
    expect(await ended(await post('/v1/models/churn/runs', { asOf: ASOF }))).toMatchObject({
      status: 'failed',
      problem: { code: expect.stringMatching(/^(too-few-rows|one-class-only)$/) },
    });
  });

  it('lists what models find', async () => {
    expect(await ended(await post('/v1/models/association/runs', { asOf: ASOF }))).toMatchObject({
      status: 'failed',
      problem: { code: 'no-values' },
    });
    expect((await get('/v1/association-rules')).body).toEqual({ items: [], next: null });
    const run = await ended(await post('/v1/models/channel/runs', { asOf: ASOF }));
    expect(run).toMatchObject({ status: 'done', customers: 0 });
    const { body } = await get(
      `/v1/channel-analyses?runId=${String(run.runId)}&filter=channel[eq]:unknown&order=-revenue`,
    );
    expect(body.items).toEqual([expect.objectContaining({ runId: run.runId, number: 1, customers: 12 })]);
    expect((await get(`/v1/channel-analyses?asOf=1997-01-01T00:00:00Z`)).body.items).toEqual([]);
    expect((await get('/v1/product-analyses?runId=x')).body).toMatchObject({ errors: [{ pointer: '/runId' }] });
  });

  it('builds training sets, and refuses what would let the future in', async () => {
    const asked = { predictAt: '1997-02-15T00:00:00Z', horizonDays: 30, outcome: 'purchased', features: ['occasions'] };
    const set = await ended(await post('/v1/training-sets', asked));
    expect(set).toMatchObject({
      status: 'done',
      basis: 'valid-time',
      knownAt: null,
      customers: 12,
      classes: { positives: expect.any(Number), negatives: expect.any(Number) },
      features: ['occasions'],
    });
    const path = `/v1/training-sets/${String(set.trainingSetId)}/rows?limit=5&count=true`;
    const page = (await get(path)).body;
    expect(page).toMatchObject({ total: 12, items: [{ features: { occasions: expect.any(Number) } }, {}, {}, {}, {}] });
    expect((await get(`${path}&after=${encodeURIComponent(page.next)}`)).body.items).toHaveLength(5);
    expect(set.warnings).toEqual([expect.objectContaining({ code: 'basis-guessed' })]);
    const failed = await ended(await post('/v1/training-sets', { ...asked, predictAt: '1996-01-01T00:00:00Z' }));
    const list = '/v1/training-sets?limit=1';
    await until(async () => (await get(list)).body.items[0]?.status === 'failed');
    const newest = (await get(list)).body;
    expect(newest.items).toEqual([expect.objectContaining({ trainingSetId: failed.trainingSetId })]);
    const rest = (await get(`${list}&after=${encodeURIComponent(newest.next)}`)).body;
    expect(rest).toMatchObject({
      items: [{ trainingSetId: set.trainingSetId, status: 'done', basis: 'valid-time', customers: 12 }],
      next: null,
    });
    expect((await get('/v1/training-sets?filter=status[eq]:done')).body.items).toHaveLength(1);
    const refused = await post('/v1/training-sets', { ...asked, knownAt: '1998-01-01T00:00:00Z', basis: 'valid-time' });
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/knownAt' }, { pointer: '/knownAt' }] });
    const open = await post('/v1/training-sets', { ...asked, predictAt: new Date().toISOString() });
    expect(open.body.errors).toEqual([expect.objectContaining({ pointer: '/horizonDays' })]);
    expect((await post('/v1/training-sets', { ...asked, features: ['shoeSize'] })).status).toBe(400);
    expect((await get(`/v1/training-sets/${deriveId('set', 'none')}`)).status).toBe(404);
    expect((await get(`/v1/training-sets/${deriveId('set', 'none')}/rows`)).status).toBe(404);
    expect(
      (await post('/v1/training-sets', { ...asked, trainingSetId: set.trainingSetId, horizonDays: 31 })).body.code,
    ).toBe('training-set-id-taken');
  });

  it('compares runs by what came after them, and lets a person choose', async () => {
    const asOf = '1997-02-28T23:59:59.999Z';
    const run = async (variant: string): Promise<{ readonly runId: string }> => {
      const asked = await post('/v1/models/bg-nbd/runs', { asOf, parameters: { weeks: 8, variant } });
      return (await ended(asked)) as { readonly runId: string };
    };
    const [champion, challenger] = [await run('bg-nbd'), await run('mbg-nbd')];
    const path = `/v1/models/bg-nbd/comparison?champion=${champion.runId}&challenger=${challenger.runId}`;
    const { body } = await get(path);
    expect(body).toMatchObject({
      holdout: { from: asOf, days: 56, customers: 12 },
      champion: {
        modelVersion: 'bg-nbd.1/weeks=8',
        measures: { logLikelihood: expect.any(Number), actual: expect.any(Number) },
      },
      challenger: { modelVersion: 'mbg-nbd.1/weeks=8', measures: { meanAbsoluteError: expect.any(Number) } },
      by: 'logLikelihood',
    });
    const lead = body.challenger.measures.logLikelihood - body.champion.measures.logLikelihood;
    expect(body.better).toBe(lead > 0 ? 'challenger' : 'champion');
    expect((await get('/v1/models/bg-nbd/comparison')).body).toMatchObject({
      errors: [{ pointer: '/challenger', code: 'required' }],
    });
    expect((await get(`/v1/models/rfm/comparison?challenger=${champion.runId}`)).body.code).toBe(
      'model-not-comparable',
    );
    expect((await get(`/v1/models/bg-nbd/comparison?challenger=${deriveId('run', 'none')}`)).status).toBe(404);

    const promote = (runId: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer> =>
      post('/v1/models/bg-nbd/promotions', { runId, reason: 'foretold better' }, headers);
    const promoted = await promote(champion.runId);
    expect(promoted.status).toBe(201);
    expect((await promote(champion.runId)).status).toBe(200);
    const after = { 'read-after': String(promoted.body.readAfter) };
    const promotions = await services.send('analyst', 'GET', '/v1/models/bg-nbd/promotions', undefined, after);
    expect(promotions.body.items).toEqual([
      expect.objectContaining({
        runId: champion.runId,
        promotedBy: expect.stringMatching(/^user:/),
        reason: 'foretold better',
      }),
    ]);
    const { body: machine } = await services.send('admin', 'POST', '/v1/api-keys/analytics', {
      ...{ name: 'a machine', roles: ['analyst'] },
    });
    const byMachine = await fetch(new URL('/v1/models/bg-nbd/promotions', services.url), {
      method: 'POST',
      headers: { 'x-api-key': String(machine.key), 'content-type': 'application/json' },
      body: JSON.stringify({ runId: challenger.runId }),
    });
    expect([byMachine.status, await byMachine.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'person-required' }),
    ]);
    const { items } = (await get(`/v1/customers/scores?model=bg-nbd&limit=1&asOf=${asOf}`)).body;
    expect(items).toEqual([expect.objectContaining({ runId: champion.runId, modelVersion: 'bg-nbd.1/weeks=8' })]);
    expect((await promote(deriveId('run', 'none'))).status).toBe(404);
    expect(
      (await services.send('marketer', 'POST', '/v1/models/bg-nbd/promotions', { runId: champion.runId })).status,
    ).toBe(403);
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

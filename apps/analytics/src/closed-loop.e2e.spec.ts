import { isDeepStrictEqual } from 'node:util';
import { deriveId, newId } from '@crm/event-sourcing';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { analyticsService } from './analytics-service.js';
import type { LoopTrace } from './loop/loop-trace.js';
import { neighbour, say } from './spec-kit/neighbours.js';
import { aPlan } from './spec-kit/loop-story.js';
import { customerId, orderEvents } from './spec-kit/orders.js';

const AS_OF = '1997-09-30T23:59:59.999Z';
const CUSTOMERS = ['ada', 'bo', 'cy', 'dee', 'eve'];

let services: TestServices;
const campaignId = newId();
const segmentId = newId();
const targetListId = newId();

beforeAll(async () => {
  const others = (['customer-information', 'marketing', 'sales', 'service'] as const).map(neighbour);
  services = await startTestServices([...others, analyticsService]);
});
afterAll(() => services.stop());

const post = (path: string, body: unknown, headers = {}) => services.send('admin', 'POST', path, body, headers);
const get = (path: string, role: 'analyst' | 'service' = 'analyst') => services.send(role, 'GET', path);
const tell = (type: string, key: string, data: unknown) =>
  say(services.service('marketing').context, { type: `crm.marketing.${type}.v1`, key, data });
const order = (customer: string, date: string, amountMinor: number) => {
  const [event] = orderEvents([{ customer, date, amountMinor, ref: newId() }]);
  return say(services.service('sales').context, { type: event!.type, key: event!.key, data: event!.data }).then(
    () => event!.data,
  );
};
const trace = async (): Promise<LoopTrace> => (await get(`/v1/loops/${targetListId}`)).body as LoopTrace;
const hop = async (name: string) => (await trace()).hops.find((one) => one.hop === name);

describe('a loop through analytics', () => {
  it('freezes and delivers a list on a snapshot that it asks for', async () => {
    for (const [index, customer] of CUSTOMERS.entries()) await order(customer, '1997-02-01', 1_000 * (index + 1));
    await tell('campaign-planned', campaignId, { campaignId, ...aPlan() });
    expect(
      (await post('/v1/segments', { segmentId, name: 'Buyers', where: { feature: 'revenue', gte: 2_000 } })).status,
    ).toBe(201);
    const body = { targetListId, campaignId, segmentId, asOf: AS_OF, limit: 3, orderBy: '-revenue' };
    const answer = await post('/v1/target-lists', body);
    expect(answer).toMatchObject({ status: 202, body: { id: targetListId, loopId: targetListId } });
    expect(answer.headers.get('location')).toBe(`/v1/target-lists/${targetListId}`);
    expect((await post('/v1/target-lists', body)).status).toBe(202);
    expect((await post('/v1/target-lists', { ...body, limit: 2 })).body.code).toBe('target-list-id-taken');
    await services.settled();
    const list = (await get(`/v1/target-lists/${targetListId}`)).body;
    expect(list).toMatchObject({
      loopId: targetListId,
      asOf: AS_OF,
      status: 'delivered',
      counts: { selected: 4, suppressed: { 'over-limit': 1 }, frozen: 3, accepted: 0 },
    });
    expect(list.contentHash).toMatch(/^[0-9a-f]{64}$/);
    const { rows } = await services
      .service('analytics')
      .context.pool.query<{ party_id: string }>('SELECT party_id FROM app.target_list_member ORDER BY rank');
    expect(rows.map((row: { party_id: string }) => row.party_id)).toEqual(['eve', 'dee', 'cy'].map(customerId));
    await expect(
      services.service('analytics').context.pool.query('DELETE FROM app.target_list_member'),
    ).rejects.toThrow('refused');
    expect((await trace()).hops.slice(0, 4).map(({ status, out }) => [status, out])).toEqual([
      ['done', 5],
      ['done', 0],
      ['done', 3],
      ['done', 3],
    ]);
  });

  it('knows a list by what marketing answers for it', async () => {
    const wave = { campaignId, waveId: targetListId, origin: 'delivered' };
    await tell('wave-chunk-loaded', targetListId, {
      ...wave,
      chunk: 0,
      accepted: [
        { partyId: customerId('eve'), arm: 'treatment', rank: 1 },
        { partyId: customerId('dee'), arm: 'control', rank: 2 },
      ],
      rejected: [{ partyId: customerId('cy'), reason: 'in-running-wave' }],
    });
    await tell('wave-loaded', targetListId, {
      ...wave,
      startedAt: AS_OF,
      chunks: 1,
      accepted: 2,
      rejected: 1,
      control: 1,
      arms: { treatment: 1 },
    });
    await services.settled();
    expect((await get(`/v1/target-lists/${targetListId}`)).body).toMatchObject({
      status: 'acknowledged',
      counts: { accepted: 2, rejected: { 'in-running-wave': 1 }, control: 1, arms: { treatment: 1 } },
    });
    expect(await hop('4-1')).toMatchObject({ status: 'done', in: 3, out: 2, lost: { 'in-running-wave': 1 } });
  });

  it('judges the campaign at the close, and again after a late fact', async () => {
    const partyId = customerId('eve');
    const treatment = {
      treatmentId: newId(),
      campaignId,
      waveId: targetListId,
      partyId,
      arm: 'treatment',
      channel: 'recorder',
      purpose: 'marketing',
      at: AS_OF,
    };
    await tell('campaign-approved', campaignId, { campaignId, at: AS_OF });
    await tell('treatment-assigned', partyId, { ...treatment, offerCode: 'COME-BACK' });
    await tell('treatment-presented', partyId, treatment);
    await tell('campaign-closed', campaignId, { campaignId, at: '2026-01-01T00:00:00.000Z' });
    await services.settled();
    await until(async () => (await hop('11'))?.status === 'done');
    const first = (await get(`/v1/campaign-results/${campaignId}`)).body;
    expect(first).toMatchObject({
      arms: [
        { arm: 'treatment', members: 1, contacted: 1, conversions: 0, cost: { amountMinor: 50, currency: 'USD' } },
        { arm: 'control', members: 1 },
      ],
      contamination: 0,
    });
    await until(async () => (await trace()).status === 'complete');

    const { orderId, total, orderedAt: at } = await order('eve', '1997-11-01', 4_000);
    const orderHop = await until(async () => {
      const now = await hop('8');
      return now?.pending === 1 ? now : undefined;
    });
    expect(orderHop.status).toBe('waiting');
    const response = {
      responseId: deriveId('response', 'order', orderId),
      partyId,
      kind: 'order',
      at,
      campaignId,
      waveId: targetListId,
      arm: 'treatment',
    };
    await tell('response-recorded', partyId, { ...response, matched: true, rule: 'window', amount: total });
    await tell('response-classified', partyId, { ...response, class: 'conversion', revenue: total });
    await until(async () => (await hop('11'))?.status === 'done');
    expect(await trace()).toMatchObject({ status: 'running', reconciles: true });
    const second = (await get(`/v1/campaign-results/${campaignId}`)).body;
    expect(second).toMatchObject({
      version: Number(first.version) + 1,
      reason: 'late-facts',
      arms: [{ conversions: 1, revenue: { amountMinor: 4_000 } }, { conversions: 0 }],
      incrementalRevenue: { amountMinor: 4_000 },
      roi: (4_000 - 50) / 50,
    });
    expect((await get(`/v1/campaign-results/${campaignId}?version=${String(first.version)}`)).body).toEqual(first);
    await until(async () => (await trace()).status === 'complete');
    await until(async () => isDeepStrictEqual((await get('/v1/loops')).body.items, [await trace()]));
  });

  it('has the same rows when they are built anew from the first event', async () => {
    await services.settled();
    const rebuilt = await post('/v1/projections/analytics/loops/rebuild', {});
    expect(rebuilt).toMatchObject({ status: 200, body: { switched: true, difference: null } });
    expect((await trace()).status).toBe('complete');
  });

  it('tells operators how long each hop took', async () => {
    const metrics = await (await fetch(new URL('/metrics', services.managementUrl))).text();
    const hops = [...metrics.matchAll(/^loop_hop_seconds\{hop="([^"]+)",quantile="1"/gm)].map(([, hop]) => hop);
    expect(hops).toEqual(['3', '4', '4-1', '5', '6', '8', '8-1', '9', '11']);
  });

  it('computes a result on request, and says why not', async () => {
    const { version } = (await get(`/v1/campaign-results/${campaignId}`)).body;
    const asked = await post('/v1/campaign-results', { campaignId });
    expect(asked).toMatchObject({ status: 201, body: { version: Number(version) + 1 } });
    expect(asked.headers.get('etag')).toBe(`"${String(asked.body.version)}"`);
    await services.settled();
    expect((await get(`/v1/campaign-results/${campaignId}`)).body).toMatchObject({
      version: Number(version) + 1,
      reason: 'requested',
    });
    const ofThat = await get(`/v1/campaign-results/${campaignId}?version=${String(asked.body.version)}`);
    expect(ofThat).toMatchObject({ status: 200, body: { version: asked.body.version } });
    // Read before with the same facts in it.
    expect((await trace()).status).toBe('complete');
    const unknown = await post('/v1/campaign-results', { campaignId: newId() });
    expect(unknown).toMatchObject({ status: 409, body: { code: 'campaign-not-heard-of' } });
    expect(unknown.headers.get('retry-after')).toBe('2');
    const planned = newId();
    await tell('campaign-planned', planned, { campaignId: planned, ...aPlan({ channel: 'email' }) });
    await services.settled();
    expect((await post('/v1/campaign-results', { campaignId: planned })).body.code).toBe('nothing-to-judge');
    expect((await post('/v1/target-lists', { campaignId: planned, segmentId, asOf: AS_OF })).body.code).toBe(
      'past-needs-recorder',
    );
    expect((await post('/v1/target-lists', { campaignId: planned, segmentId: newId() })).body.code).toBe(
      'segment-unknown',
    );
    expect((await post('/v1/target-lists', { campaignId, segmentId, asOf: AS_OF, orderBy: 'shoe-size' })).status).toBe(
      400,
    );
    expect((await get(`/v1/campaign-results/${planned}`)).status).toBe(404);
    expect((await get(`/v1/campaign-results/${campaignId}?version=x`)).status).toBe(400);
    expect((await get(`/v1/loops/${newId()}`)).status).toBe(404);
    expect((await get(`/v1/target-lists/${newId()}`)).status).toBe(404);
  });
});

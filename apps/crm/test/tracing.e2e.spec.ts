import { analyticsService } from '@crm/analytics';
import { newId } from '@crm/event-sourcing';
import { marketingService } from '@crm/marketing';
import { startTracing, type Tracing } from '@crm/platform';
import { salesService } from '@crm/sales';
import { OtlpReceiver, startTestServices, until, type ReceivedSpan, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

let receiver: OtlpReceiver;
let tracing: Tracing;
let services: TestServices;

beforeAll(async () => {
  receiver = await OtlpReceiver.open();
  tracing = startTracing({ service: 'crm', endpoint: receiver.endpoint });
  services = await startTestServices([salesService, marketingService, analyticsService]);
});
afterAll(async () => {
  await services.stop();
  await tracing.stop();
  await receiver.close();
});

const post = (path: string, body: unknown, headers = {}) => services.send('admin', 'POST', path, body, headers);
/** The span of that name in a trace, once it has arrived. */
const spanOf = (traceId: string, name: string): Promise<ReceivedSpan> =>
  until(() => receiver.spans.find((span) => span.traceId === traceId && span.name === name));

describe('one trace', () => {
  it('leads from an order over the bus to what other services make of it', async () => {
    const partyId = newId();
    const order = {
      partyId,
      orderRef: 'order-4711',
      orderedAt: '2026-03-01T10:00:00.000Z',
      total: { amountMinor: 1_900, currency: 'EUR' },
    };
    const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
    const first = await post('/v1/orders', order, { traceparent });
    expect(first.status).toBe(201);
    // The same order is the same, whoever traces it.
    expect((await post('/v1/orders', order)).body).toEqual(first.body);
    const server = await spanOf(CALLER.traceId, 'POST /v1/orders');
    expect(server).toMatchObject({ kind: 'server', parentSpanId: CALLER.spanId, failed: false });
    expect(server.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/orders',
      'http.response.status_code': '201',
    });
    for (const name of ['project orders', 'project warehouse', 'react match-responses'])
      expect(await spanOf(CALLER.traceId, name)).toMatchObject({
        kind: 'consumer',
        parentSpanId: server.spanId,
        attributes: { 'crm.source': 'sales' },
      });
    expect(JSON.stringify(receiver.spans)).not.toContain(partyId);
    expect(JSON.stringify(receiver.spans)).not.toContain(order.orderRef);
  });

  it('leads from a command over a reaction into a job, and from there into the services that it asks', async () => {
    await post('/v1/mart-refreshes', {});
    const server = await until(() => receiver.spans.find(({ name }) => name === 'POST /v1/mart-refreshes'));
    const { traceId } = server;
    expect(server.parentSpanId).toBeUndefined();
    const reaction = await spanOf(traceId, 'react start-jobs');
    expect(reaction.parentSpanId).toBe(server.spanId);
    const job = await spanOf(traceId, 'job refresh-mart');
    expect(job).toMatchObject({ kind: 'consumer', parentSpanId: reaction.spanId });
    const call = await spanOf(traceId, 'GET sales');
    expect(call).toMatchObject({ kind: 'client', parentSpanId: job.spanId });
    expect(await spanOf(traceId, 'GET /v1/feeds/sales/lanes')).toMatchObject({
      kind: 'server',
      parentSpanId: call.spanId,
    });
    await services.settled();
    // What the job recorded goes on in the same trace.
    const refreshed = await until(() =>
      receiver.spans.find(({ attributes }) => attributes['crm.event.type'] === 'MartRefreshed'),
    );
    expect(refreshed.traceId).toBe(traceId);
  });

  it('is not begun by those who only poll', async () => {
    await services.send('admin', 'GET', '/v1/feeds/sales/lanes');
    await services.send('admin', 'GET', '/v1/orders');
    await until(() => receiver.spans.some(({ name }) => name === 'GET /v1/orders'));
    const polls = receiver.spans.filter(
      ({ name, parentSpanId }) => name.includes('/feeds/') && parentSpanId === undefined,
    );
    expect(polls).toEqual([]);
  });
});

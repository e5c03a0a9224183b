import { readFile } from 'node:fs/promises';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { salesService } from '../src/sales-service.js';

let sales: TestServices;

beforeAll(async () => {
  sales = await startTestServices([salesService]);
});
afterAll(() => sales.stop());

const anOrder = (orderRef: string, more: object = {}): object => ({
  orderRef,
  partyRef: 'shop:1',
  orderedAt: '2026-03-02T09:15:00+09:00',
  total: { amountMinor: 18_000, currency: 'KRW' },
  ...more,
});
const sample = (name: string): Promise<string> =>
  readFile(new URL(`../../../samples/${name}`, import.meta.url), 'utf8');
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  sales.send('integration', 'POST', `/v1/orders${path}`, body, headers);

describe('an order', () => {
  it('is recorded once: the same again is a duplicate, other content a conflict', async () => {
    expect((await post('', anOrder('a-1'))).status).toBe(201);
    const { partyId } = (await sales.send('admin', 'GET', '/v1/orders?filter=orderRef[eq]:a-1')).body.items[0] ?? {};
    expect((await post('', anOrder('a-1'))).status).toBe(200);
    expect((await post('', anOrder('a-1', { orderedAt: '2026-03-02T09:15:00.000+09:00' }))).status).toBe(200);
    const other = await post('', anOrder('a-1', { channel: 'web' }));
    expect([other.status, other.body.code]).toEqual([409, 'natural-key-conflict']);
    if (partyId !== undefined)
      expect((await post('', { ...anOrder('a-1'), partyRef: undefined, partyId })).status).toBe(200);
  });

  it('can be read as soon as it is recorded, with the date written in its time', async () => {
    const { body } = await post(
      '',
      anOrder('a-2', {
        orderedAt: '2026-03-02T00:15:00+09:00',
        lines: [{ sku: 'X', quantity: 1, amountMinor: 18_000 }],
      }),
    );
    const page = await sales.send('sales', 'GET', '/v1/orders?filter=orderRef[eq]:a-2', undefined, {
      'read-after': body.readAfter,
    });
    expect(page.body.items).toEqual([
      {
        orderId: body.id,
        orderRef: 'a-2',
        partyId: expect.any(String),
        orderedAt: '2026-03-01T15:15:00.000Z',
        localDate: '2026-03-02',
        total: { amountMinor: 18_000, currency: 'KRW' },
        lines: [{ sku: 'X', quantity: 1, amountMinor: 18_000 }],
      },
    ]);
  });

  it('is refused in another currency, in the future, and without a party', async () => {
    const dollars = await post('', anOrder('a-3', { total: { amountMinor: 1, currency: 'USD' } }));
    expect([dollars.status, dollars.body.code, dollars.body.currency]).toEqual([409, 'currency-differs', 'KRW']);
    const late = await post('', anOrder('a-3', { orderedAt: new Date(Date.now() + 600_000).toISOString() }));
    expect([late.status, late.body.errors[0].code]).toEqual([400, 'occurred-at-in-future']);
    expect((await post('', anOrder('a-3', { partyRef: undefined }))).status).toBe(400);
    expect((await post('', anOrder('a-3', { channel: null }))).status).toBe(400);
  });

  it('is not refused by an instance whose own clock is an hour behind', async () => {
    const now = new Date().toISOString();
    const { now: right } = Date;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => right() - 3_600_000);
    try {
      const one = await post('', anOrder('a-5', { orderedAt: now }));
      const other = await post('/batch', { items: [anOrder('a-6', { orderedAt: now })] });
      expect([one.status, other.body.outcomes[0].status]).toEqual([201, 'accepted']);
    } finally {
      clock.mockRestore();
    }
  });

  it('needs the right to write orders', async () => {
    expect((await sales.send('sales', 'POST', '/v1/orders', anOrder('a-4'))).status).toBe(403);
  });
});

describe('many orders', () => {
  it('answer one by one in a batch', async () => {
    const items = [
      anOrder('b-1'),
      anOrder('b-1'),
      anOrder('b-2', { total: { amountMinor: 5, currency: 'USD' } }),
      { orderRef: 'b-3' },
    ];
    const { status, body } = await post('/batch', { items });
    expect(status).toBe(200);
    const outcomes = body.outcomes as { status: string }[];
    expect(outcomes.map(({ status: each }) => each).sort()).toEqual(['accepted', 'duplicate', 'rejected', 'rejected']);
    expect(body.outcomes[2].problem).toMatchObject({ code: 'currency-differs' });
  });

  it('come as NDJSON and as CSV, and meet each other', async () => {
    const ndjson = await post('/import', await sample('orders.ndjson'), { 'content-type': 'application/x-ndjson' });
    expect(ndjson.body).toMatchObject({ read: 3, accepted: 3, duplicates: 0, conflicts: 0, rejected: 0 });
    const csv = await post('/import', await sample('orders.csv'), { 'content-type': 'text/csv' });
    expect(csv.body).toMatchObject({ read: 2, accepted: 1, duplicates: 1, conflicts: 0, rejected: 0 });
    const bad = await post('/import', `${JSON.stringify(anOrder('c-1'))}\n{"orderRef":1}\n`, {
      'content-type': 'application/x-ndjson',
    });
    expect(bad.body).toMatchObject({ read: 2, accepted: 1, rejected: 1, rejects: [{ line: 2 }] });
    const status = await sales.send('integration', 'GET', `/v1/orders/imports/${bad.body.importId as string}`);
    expect(status.body).toMatchObject({ importId: bad.body.importId, status: 'done', read: 2, rejected: 1 });
  });

  it('are published for everybody', async () => {
    await sales.settled();
    const { publish } = salesService;
    const stored = (
      await sales.service('sales').context.store.log.readLanes(
        Array.from({ length: 16 }, () => 0n),
        1000,
      )
    ).filter((event) => event.category === 'order');
    const types = stored.map((event) => publish(event)?.type);
    expect(new Set(types)).toEqual(new Set(['crm.sales.order-placed.v1']));
  });
});

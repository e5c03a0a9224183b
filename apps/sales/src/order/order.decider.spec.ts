import { deriveId, fold } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { placeOrder, type PlaceOrderInput } from './order.decider.js';
import { orderAggregate } from './order.js';

const anOrder: PlaceOrderInput = {
  orderRef: 'web-1001',
  partyId: '6f2c1c1e-0d0f-8a57-9a3e-0b7d7a1f3c55',
  orderedAt: '2026-03-01T08:30:00+09:00',
  total: { amountMinor: 45_000, currency: 'KRW' },
};

describe('place an order', () => {
  it('keeps the date written in the time of the order, and the moment in UTC', () => {
    expect(placeOrder(anOrder)).toEqual({
      type: 'OrderPlaced',
      occurredAt: '2026-02-28T23:30:00.000Z',
      data: {
        orderId: deriveId('order', 'web-1001'),
        orderRef: 'web-1001',
        partyId: anOrder.partyId,
        orderedAt: '2026-02-28T23:30:00.000Z',
        localDate: '2026-03-01',
        total: { amountMinor: 45_000, currency: 'KRW' },
      },
    });
  });

  it('keeps lines, channel and owner where they are given', () => {
    const lines = [{ sku: 'TEA-1', quantity: 3, amountMinor: 45_000 }];
    expect(placeOrder({ ...anOrder, lines, channel: 'web', ownerId: 'kim' }).data).toMatchObject({
      lines,
      channel: 'web',
      ownerId: 'kim',
    });
  });

  it('takes a negative total as a return', () => {
    expect(placeOrder({ ...anOrder, total: { amountMinor: -45_000, currency: 'KRW' } }).data.total.amountMinor).toBe(
      -45_000,
    );
  });

  it('is there once it is placed', () => {
    expect(fold(orderAggregate, [placeOrder(anOrder)])).toEqual({ placed: true });
  });
});

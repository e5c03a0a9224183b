import { deriveId } from '@crm/event-sourcing';
import type { OrderLine, OrderPlaced } from './order.events.js';

export interface PlaceOrderInput {
  readonly orderRef: string;
  readonly partyId: string;
  /** With the offset of the place where it was ordered: the date written in it is the local date. */
  readonly orderedAt: string;
  readonly total: { readonly amountMinor: number; readonly currency: string };
  readonly lines?: readonly OrderLine[] | undefined;
  readonly channel?: string | undefined;
  readonly ownerId?: string | undefined;
}

/** The fact of an order. The same reference and content make the same event, however the client wrote the party or the time. */
export function placeOrder(input: PlaceOrderInput): OrderPlaced {
  const { orderRef, partyId, orderedAt, total, lines, channel, ownerId } = input;
  const data = {
    orderId: deriveId('order', orderRef),
    orderRef,
    partyId,
    orderedAt: new Date(orderedAt).toISOString(),
    localDate: orderedAt.slice(0, 10),
    total: { amountMinor: total.amountMinor, currency: total.currency },
    ...(lines === undefined ? {} : { lines: lines.map(lineOf) }),
    ...(channel === undefined ? {} : { channel }),
    ...(ownerId === undefined ? {} : { ownerId }),
  };
  return { type: 'OrderPlaced', data, occurredAt: data.orderedAt };
}

const lineOf = ({ sku, quantity, amountMinor }: OrderLine): OrderLine => ({ sku, quantity, amountMinor });

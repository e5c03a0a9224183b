import type { Projection } from '@crm/messaging';
import type { OrderPlaced } from '../order/order.events.js';

const INSERT_ORDERS = `INSERT INTO orders
    (order_id, order_ref, party_id, ordered_at, local_date, amount_minor, currency, lines, channel, owner_id)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::date[], $6::bigint[], $7::text[], $8::jsonb[], $9::text[], $10::text[])
  ON CONFLICT (order_id) DO NOTHING`;

/** Which orders are there? */
export const ordersProjection: Projection<OrderPlaced> = {
  name: 'orders',
  version: 1,
  sources: [{ service: 'sales', types: ['OrderPlaced'] }],
  tables: ['orders'],
  async apply(tx, events) {
    const orders = events.map((event) => event.data);
    await tx.query(INSERT_ORDERS, [
      orders.map((order) => order.orderId),
      orders.map((order) => order.orderRef),
      orders.map((order) => order.partyId),
      orders.map((order) => order.orderedAt),
      orders.map((order) => order.localDate),
      orders.map((order) => order.total.amountMinor),
      orders.map((order) => order.total.currency),
      orders.map((order) => (order.lines === undefined ? null : JSON.stringify(order.lines))),
      orders.map((order) => order.channel ?? null),
      orders.map((order) => order.ownerId ?? null),
    ]);
  },
};

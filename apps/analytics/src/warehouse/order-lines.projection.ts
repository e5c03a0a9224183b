import type { Projection } from '@crm/messaging';
import { ORDER_PLACED, type OrderPlaced } from './order-facts.js';

const ADD_LINES = {
  name: 'order-lines-add',
  text: `INSERT INTO order_line_fact (order_id, line, sku, quantity, amount_minor, currency, party_id, local_date)
    SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::numeric[], $5::bigint[], $6::text[], $7::uuid[], $8::date[])
    ON CONFLICT DO NOTHING`,
};

/**
 * What was bought with each order? Beside the warehouse and not in it: a name of its own has it read the orders of a data
 * folder that was there before it. An order without lines has no rows.
 */
export const orderLinesProjection: Projection<OrderPlaced> = {
  name: 'order-lines',
  sources: [{ service: 'sales', types: [ORDER_PLACED] }],
  tables: ['order_line_fact'],
  async apply(tx, events) {
    const lines = events.flatMap(({ data: { lines: told = [], ...order } }) =>
      told.map((line, index) => ({ ...line, order, number: index + 1 })),
    );
    if (lines.length === 0) return;
    const values = [
      lines.map(({ order }) => order.orderId),
      lines.map(({ number }) => number),
      lines.map(({ sku }) => sku),
      lines.map(({ quantity }) => quantity),
      lines.map(({ amountMinor }) => amountMinor),
      lines.map(({ order }) => order.total.currency),
      lines.map(({ order }) => order.partyId),
      lines.map(({ order }) => order.localDate),
    ];
    await tx.query({ ...ADD_LINES, values });
  },
};

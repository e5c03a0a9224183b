import type { OrderPlacedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Tx } from '@crm/messaging';

/** The fact of sales that the warehouse counts. */
export const ORDER_PLACED = 'crm.sales.order-placed.v1';

export type OrderPlaced = DomainEvent<typeof ORDER_PLACED, OrderPlacedV1Data>;

// Only facts that were not there yet are folded into their days, so that a repeated event adds nothing.
const ADD_FACTS = {
  name: 'warehouse-add-facts',
  text: `WITH fact AS (
    INSERT INTO order_fact (order_id, party_id, ordered_at, local_date, amount_minor, currency, channel, lane, position, recorded_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::date[], $5::bigint[], $6::text[], $7::text[],
      $8::smallint[], $9::bigint[], $10::timestamptz[])
    ON CONFLICT DO NOTHING
    RETURNING party_id, local_date, ordered_at, amount_minor, currency
  ), day AS (
    INSERT INTO purchase_day AS d (party_id, day, orders, purchases, amount_minor, currency, first_at, last_at)
    SELECT party_id, local_date, count(*), count(*) FILTER (WHERE amount_minor >= 0), sum(amount_minor), min(currency),
      min(ordered_at) FILTER (WHERE amount_minor >= 0), max(ordered_at) FILTER (WHERE amount_minor >= 0)
    FROM fact GROUP BY party_id, local_date ORDER BY party_id, local_date
    ON CONFLICT (party_id, day) DO UPDATE SET orders = d.orders + excluded.orders, purchases = d.purchases + excluded.purchases,
      amount_minor = d.amount_minor + excluded.amount_minor, currency = least(d.currency, excluded.currency),
      first_at = least(d.first_at, excluded.first_at), last_at = greatest(d.last_at, excluded.last_at)
  ) SELECT DISTINCT party_id FROM fact`,
};

/** Appends orders and adds them to their purchase days; answers whose days changed. */
export async function addOrders(tx: Tx, events: readonly FeedEvent<OrderPlaced>[]): Promise<readonly string[]> {
  const values = [
    events.map(({ data }) => data.orderId),
    events.map(({ data }) => data.partyId),
    events.map(({ data }) => data.orderedAt),
    events.map(({ data }) => data.localDate),
    events.map(({ data }) => data.total.amountMinor),
    events.map(({ data }) => data.total.currency),
    events.map(({ data }) => data.channel ?? null),
    events.map(({ lane }) => lane),
    events.map(({ position }) => String(position)),
    events.map(({ recordedAt }) => recordedAt),
  ];
  const { rows } = await tx.query<{ party_id: string }>({ ...ADD_FACTS, values });
  return rows.map((row) => row.party_id);
}

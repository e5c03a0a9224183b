import type { OrderPlacedV1Data } from '@crm/contracts';
import { plainArray, textArray, type DomainEvent } from '@crm/event-sourcing';
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
  )
  INSERT INTO purchase_day AS d (party_id, day, orders, purchases, amount_minor, currency, first_at, last_at)
  SELECT party_id, local_date, count(*), count(*) FILTER (WHERE amount_minor >= 0), sum(amount_minor), min(currency),
    min(ordered_at) FILTER (WHERE amount_minor >= 0), max(ordered_at) FILTER (WHERE amount_minor >= 0)
  FROM fact GROUP BY party_id, local_date ORDER BY party_id, local_date
  ON CONFLICT (party_id, day) DO UPDATE SET orders = d.orders + excluded.orders, purchases = d.purchases + excluded.purchases,
    amount_minor = d.amount_minor + excluded.amount_minor, currency = least(d.currency, excluded.currency),
    first_at = least(d.first_at, excluded.first_at), last_at = greatest(d.last_at, excluded.last_at)`,
};

/** Appends orders and adds them to their purchase days. */
export async function addOrders(tx: Tx, events: readonly FeedEvent<OrderPlaced>[]): Promise<void> {
  const texts = (of: (event: FeedEvent<OrderPlaced>) => string | null): string => textArray(events.map(of));
  const values = [
    texts(({ data }) => data.orderId),
    texts(({ data }) => data.partyId),
    texts(({ data }) => data.orderedAt),
    texts(({ data }) => data.localDate),
    plainArray(events.map(({ data }) => data.total.amountMinor)),
    texts(({ data }) => data.total.currency),
    texts(({ data }) => data.channel ?? null),
    plainArray(events.map(({ lane }) => lane)),
    plainArray(events.map(({ position }) => String(position))),
    texts(({ recordedAt }) => recordedAt),
  ];
  await tx.query({ ...ADD_FACTS, values });
}

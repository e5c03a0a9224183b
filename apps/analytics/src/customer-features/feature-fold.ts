import { textArray } from '@crm/event-sourcing';
import type { Tx } from '@crm/messaging';

/** The fold of purchase days into one row per customer; `days` gives `d`, with the columns of `purchase_day`. */
export const foldDays = (days: string): string => `SELECT d.party_id,
    sum(d.orders)::int AS orders,
    (count(*) FILTER (WHERE d.purchases > 0))::int AS occasions,
    min(d.day) FILTER (WHERE d.purchases > 0) AS first_day,
    max(d.day) FILTER (WHERE d.purchases > 0) AS last_day,
    min(d.first_at) AS first_at,
    max(d.last_at) AS last_at,
    sum(d.amount_minor)::bigint AS revenue_minor,
    coalesce(sum(d.amount_minor) FILTER (WHERE d.purchases > 0)
      - (array_agg(d.amount_minor ORDER BY d.day) FILTER (WHERE d.purchases > 0))[1], 0)::bigint AS repeat_minor,
    min(d.currency) AS currency
  FROM ${days} GROUP BY d.party_id`;

// From the customer's days and not from the change, so that late, repeated and out-of-order orders end in the same row.
const REFOLD = {
  name: 'features-refold',
  text: `INSERT INTO customer_feature
    (party_id, orders, occasions, first_day, last_day, first_at, last_at, revenue_minor, repeat_minor, currency)
  ${foldDays('purchase_day d WHERE d.party_id = ANY($1::uuid[])')} ORDER BY d.party_id
  ON CONFLICT (party_id) DO UPDATE SET orders = excluded.orders, occasions = excluded.occasions, first_day = excluded.first_day,
    last_day = excluded.last_day, first_at = excluded.first_at, last_at = excluded.last_at, revenue_minor = excluded.revenue_minor,
    repeat_minor = excluded.repeat_minor, currency = excluded.currency`,
};

/** Brings the features of customers whose purchase days changed up to date, in one statement. */
export async function refoldFeatures(tx: Tx, partyIds: readonly string[]): Promise<void> {
  if (partyIds.length > 0) await tx.query({ ...REFOLD, values: [textArray(partyIds)] });
}

import type pg from 'pg';
import { ratioOf, type Finding, type KpiPeriod } from './kpi.js';

const CUSTOMERS = `SELECT count(*) FILTER (WHERE a.now)::int AS active, count(*) FILTER (WHERE a.now AND f.first_day >= $2::date)::int AS "new",
    count(*) FILTER (WHERE a.before)::int AS before, count(*) FILTER (WHERE a.before AND a.now)::int AS kept
  FROM (SELECT party_id, bool_or(day >= $2::date) AS now, bool_or(day < $2::date) AS before
    FROM purchase_day WHERE purchases > 0 AND day BETWEEN $1::date AND $3::date GROUP BY party_id) a JOIN customer_feature f USING (party_id)`;

/** New-customer, retention and churn rate: who bought in the period, and who in the one before. */
export async function customerKpis(
  tx: pg.ClientBase,
  { from, to, previous }: KpiPeriod,
): Promise<Readonly<Record<'K03' | 'K04' | 'K05', Finding>>> {
  interface Row {
    readonly active: number;
    readonly new: number;
    readonly before: number;
    readonly kept: number;
  }
  const { rows } = await tx.query<Row>(CUSTOMERS, [previous.from, from, to]);
  const { active, new: fresh, before, kept } = rows[0] ?? { active: 0, new: 0, before: 0, kept: 0 };
  return {
    K03: ratioOf(fresh, active, 'nobody-active'),
    K04: ratioOf(kept, before, 'nobody-before'),
    K05: ratioOf(before - kept, before, 'nobody-before'),
  };
}

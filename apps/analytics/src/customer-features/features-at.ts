import { foldDays } from './feature-fold.js';

/** When features are looked at: valid time, and what was known by then. Without `asOf` every fact counts. */
export interface FeatureTime {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
  /** Counts facts up to the very moment `asOf`; else those of its whole day, as the features of a day are. */
  readonly toTheMoment?: boolean;
  /** The present (ms), from which days are counted when there is no `asOf`. */
  readonly now: number;
}

/** The date of a moment: days are counted between dates. */
export function dateOf(at: string | number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/**
 * A relation with one row per customer and the columns of the feature catalogue. `customers` restricts it, as a condition on
 * `d.party_id`. Holds no value of a request but its times, which are written anew from parsed dates.
 */
export function featuresAt(time: FeatureTime, customers = 'true'): string {
  const day = `DATE '${dateOf(time.asOf ?? time.now)}'`;
  return `(SELECT f.party_id, f.orders, f.occasions, greatest(f.occasions - 1, 0) AS repeat_occasions, f.first_at, f.last_at,
      CASE WHEN f.occasions > 0 THEN greatest(${day} - f.last_day, 0) END AS recency_days,
      CASE WHEN f.occasions > 0 THEN greatest(${day} - f.first_day, 0) END AS tenure_days,
      f.last_day - f.first_day AS frequency_span_days, f.revenue_minor::float8 AS revenue,
      f.repeat_minor::float8 / nullif(greatest(f.occasions - 1, 0), 0) AS mean_repeat_value, f.currency
    FROM (${foldedRows(time, customers)}) f)`;
}

function foldedRows({ asOf, knownAt, toTheMoment = false }: FeatureTime, customers: string): string {
  const until = asOf === undefined ? 'true' : `d.day <= DATE '${dateOf(asOf)}'`;
  if (toTheMoment && asOf !== undefined)
    return foldDays(`(${daysOf([`ordered_at <= ${momentOf(asOf)}`, ...knownBy(knownAt)])}) d WHERE ${customers}`);
  if (knownAt !== undefined) return foldDays(`(${daysOf(knownBy(knownAt))}) d WHERE ${until} AND ${customers}`);
  // Without a limit the row that is kept with the facts is the answer.
  if (asOf === undefined) return `SELECT d.* FROM customer_feature d WHERE ${customers}`;
  return foldDays(`purchase_day d WHERE ${until} AND ${customers}`);
}

/** A moment in SQL, written anew from a parsed date. */
export const momentOf = (at: string): string => `TIMESTAMPTZ '${new Date(at).toISOString()}'`;

const knownBy = (knownAt: string | undefined): readonly string[] =>
  knownAt === undefined ? [] : [`recorded_at <= ${momentOf(knownAt)}`];

function daysOf(conditions: readonly string[]): string {
  return `SELECT party_id, local_date AS day, count(*) AS orders, count(*) FILTER (WHERE amount_minor >= 0) AS purchases,
      sum(amount_minor) AS amount_minor, min(currency) AS currency,
      min(ordered_at) FILTER (WHERE amount_minor >= 0) AS first_at, max(ordered_at) FILTER (WHERE amount_minor >= 0) AS last_at
    FROM order_fact WHERE ${conditions.join(' AND ')} GROUP BY party_id, local_date`;
}

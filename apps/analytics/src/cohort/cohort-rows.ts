import type pg from 'pg';

/** The customers who were first active in one calendar month, and how many of them were active in that month and each one after. */
export interface Cohort {
  readonly month: string;
  readonly customers: number;
  readonly active: readonly number[];
}

export interface Cohorts {
  readonly cohorts: readonly Cohort[];
  /** Customers with nothing but returns that do not count. */
  readonly leftOut: number;
}

export interface CohortQuestion {
  /** The last date that counts. */
  readonly until: string;
  /** Months of each cohort, the first included. */
  readonly months: number;
  /** Whether a return makes a customer active. */
  readonly returnsCount: boolean;
}

const ACTIVE = `WITH active AS (
    SELECT DISTINCT party_id, extract(year FROM day)::int * 12 + extract(month FROM day)::int - 1 AS month
    FROM purchase_day WHERE day <= $1::date AND (purchases > 0 OR $2)
  ), begun AS (SELECT party_id, min(month) AS month FROM active GROUP BY party_id)
  SELECT b.month, a.month - b.month AS nth, count(*)::int AS customers
  FROM begun b JOIN active a USING (party_id) GROUP BY b.month, nth ORDER BY b.month, nth`;
const LEFT_OUT = `SELECT count(*)::int AS customers FROM (
    SELECT FROM purchase_day WHERE day <= $1::date GROUP BY party_id HAVING NOT bool_or(purchases > 0 OR $2)) n`;

interface ActiveRow {
  readonly month: number;
  readonly nth: number;
  readonly customers: number;
}

/** Counts by purchase days what `cohortTable` of the model library counts by purchases. Months run on to that of `until`. */
export async function cohortsUntil(
  tx: pg.ClientBase,
  { until, months, returnsCount }: CohortQuestion,
): Promise<Cohorts> {
  const { rows } = await tx.query<ActiveRow>(ACTIVE, [until, returnsCount]);
  const { rows: left } = await tx.query<{ customers: number }>(LEFT_OUT, [until, returnsCount]);
  const last = Number(until.slice(0, 4)) * 12 + Number(until.slice(5, 7)) - 1;
  const begun = [...new Set(rows.map(({ month }) => month))];
  const cohorts = begun.map((month) => {
    const own = rows.filter((row) => row.month === month);
    return cohortOf(month, own, Math.min(months, last - month + 1));
  });
  return { cohorts, leftOut: left[0]?.customers ?? 0 };
}

function cohortOf(month: number, rows: readonly ActiveRow[], length: number): Cohort {
  const active = Array.from({ length }, (_, nth) => rows.find((row) => row.nth === nth)?.customers ?? 0);
  const text = `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
  return { month: text, customers: active[0] ?? 0, active };
}

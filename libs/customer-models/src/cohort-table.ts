import { dateOfDay, dayNumber } from './calendar-days.js';
import { ModelDataError } from './errors.js';
import { checkPurchaseLine } from './purchase-columns.js';
import type { PurchaseLine } from './purchase-summary.js';

export type CohortOptions = {
  /** Last local date 'YYYY-MM-DD' that counts. */
  readonly until: string;
  /** Whether a line with a negative amount (a return) makes a customer active in its month. */
  readonly returnsCount: boolean;
};

/** Customers who were first active in `month`. */
export type Cohort = {
  /** Calendar month 'YYYY-MM'. */
  readonly month: string;
  readonly customers: number;
  /** Distinct customers active k months after the first one; entry 0 is all of them, the last entry is the month of `until`. */
  readonly active: readonly number[];
};

export type CohortTable = {
  /** Ascending months; months without new customers have no row. */
  readonly cohorts: readonly Cohort[];
  /** Whether `until` is the last day of its month; if not, the last entry of every row is of part of a month. */
  readonly lastMonthComplete: boolean;
  /** Customers whose lines up to `until` are all returns that do not count. */
  readonly leftOut: number;
};

type Activity = { first: number; readonly months: Set<number> };

/**
 * First calendar month of activity by distinct customers active k months later. Lines after `until` do not count, and the
 * order of the lines does not matter. Throws `no-customers`, `invalid-date`, `invalid-purchase`.
 */
export function cohortTable(lines: Iterable<PurchaseLine>, { until, returnsCount }: CohortOptions): CohortTable {
  const lastMonth = monthNumber(until);
  const customers = new Map<string, Activity>();
  for (const line of lines) {
    checkPurchaseLine(line);
    const month = monthNumber(line.date);
    if (line.date > until) continue;
    let activity = customers.get(line.customer);
    if (activity === undefined) customers.set(line.customer, (activity = { first: Infinity, months: new Set() }));
    if (line.amount < 0 && !returnsCount) continue;
    activity.first = Math.min(activity.first, month);
    activity.months.add(month);
  }
  if (customers.size === 0) throw new ModelDataError('no-customers', `no customer was active until ${until}`);
  const rows = countActive([...customers.values()], lastMonth);
  return {
    cohorts: [...rows]
      .sort(([a], [b]) => a - b)
      .map(([month, active]) => ({ month: monthName(month), customers: active[0] ?? 0, active })),
    lastMonthComplete: dateOfDay(dayNumber(until) + 1).endsWith('-01'),
    leftOut: [...customers.values()].filter(({ months }) => months.size === 0).length,
  };
}

function countActive(customers: readonly Activity[], lastMonth: number): ReadonlyMap<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const { first, months } of customers) {
    if (months.size === 0) continue;
    let row = rows.get(first);
    if (row === undefined) rows.set(first, (row = new Array<number>(lastMonth - first + 1).fill(0)));
    for (const month of months) row[month - first] = (row[month - first] ?? 0) + 1;
  }
  return rows;
}

/** Months since year 0. */
function monthNumber(date: string): number {
  dayNumber(date);
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

function monthName(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}

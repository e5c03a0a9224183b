import { dayNumber } from './calendar-days.js';
import { checkedSum, ModelDataError } from './errors.js';
import type { HoldoutCustomer } from './holdout.js';
import { PurchaseColumns } from './purchase-columns.js';
import { rememberingDate, summaryOf, type CustomerSummary, type PurchaseLine } from './purchase-summary.js';

/** A customer's summary up to the calibration end, and what came in the holdout: `actual` occasions, net `holdoutTotal`. */
export type HoldoutSummary = CustomerSummary & HoldoutCustomer & { readonly holdoutTotal: number };

type HoldoutCounts = {
  /** Length of the holdout. */
  readonly weeks: number;
  /** Customers whose first purchase lies in the holdout; no model of the calibration knows them. */
  readonly newCustomers: number;
};

export type HoldoutSummaries = HoldoutCounts & { readonly customers: readonly HoldoutSummary[] };

/** The summaries one after the other, each time from the first, for a reader that does not keep them. */
export type HoldoutSummaryStream = HoldoutCounts & {
  readonly customers: Iterable<HoldoutSummary> & { readonly length: number };
};

export type HoldoutPeriods = { readonly calibrationEnd: string; readonly holdoutEnd: string };

/**
 * `summarisePurchases` up to the calibration end, with what the same customers did from the day after it to the holdout
 * end: all that `holdoutTable` needs. Throws as `summarisePurchases`, and `invalid-value` when the dates are not in order.
 */
export function summariseWithHoldout(lines: Iterable<PurchaseLine>, periods: HoldoutPeriods): HoldoutSummaries {
  const summaries = holdoutSummaries(lines, periods);
  return { ...summaries, customers: [...summaries.customers] };
}

/** As `summariseWithHoldout`, for more customers than should be kept. Throws as it does, before the first summary. */
export function holdoutSummaries(
  lines: Iterable<PurchaseLine>,
  { calibrationEnd, holdoutEnd }: HoldoutPeriods,
): HoldoutSummaryStream {
  const [end, last] = [dayNumber(calibrationEnd), dayNumber(holdoutEnd)];
  if (last <= end) {
    throw new ModelDataError('invalid-value', `holdoutEnd ${holdoutEnd} is not after calibrationEnd ${calibrationEnd}`);
  }
  const purchases = new PurchaseColumns(lines, last);
  let [length, newCustomers] = [0, 0];
  for (const at of purchases.customers.keys()) {
    if (purchases.fold(at, end) !== undefined) length += 1;
    else newCustomers += Number(purchases.fold(at, last) !== undefined);
  }
  const customers = { length, [Symbol.iterator]: () => knownCustomers(purchases, end, last) };
  return { weeks: (last - end) / 7, customers, newCustomers };
}

function* knownCustomers(purchases: PurchaseColumns, end: number, last: number): Generator<HoldoutSummary> {
  const readDate = rememberingDate();
  for (const [at, customer] of purchases.customers.entries()) {
    const fold = purchases.fold(at, end);
    const whole = purchases.fold(at, last);
    if (fold === undefined || whole === undefined) continue;
    const actual = whole.occasions - fold.occasions;
    const holdoutTotal = checkedSum('the net value of a customer in the holdout', whole.total - fold.total);
    yield { ...summaryOf(customer, fold, { end, readDate }), actual, holdoutTotal };
  }
}

import { dateOfDay, dayNumber } from './calendar-days.js';
import { checkedSum } from './errors.js';
import { PurchaseColumns, type PurchaseFold } from './purchase-columns.js';

/** One purchase line; `date` is the local date 'YYYY-MM-DD', `amount` in any one unit. A negative amount is a return. */
export type PurchaseLine = {
  readonly customer: string;
  readonly date: string;
  readonly amount: number;
  /** Identity of the line, where it may be delivered twice: lines of one identity count once. */
  readonly line?: string;
};

/** What BG/NBD looks at: `x` repeat occasions, the last of them `tx` weeks after the first purchase, observed for `T` weeks. */
export type PurchaseHistory = { readonly x: number; readonly tx: number; readonly T: number };

export type CustomerSummary = PurchaseHistory & {
  readonly customer: string;
  readonly firstDate: string;
  readonly lastDate: string;
  /** Distinct days with a purchase: x + 1. */
  readonly occasions: number;
  /** Net value of all lines. */
  readonly total: number;
  /** Mean net value of the repeat occasions (the first one left out); null when there is none. */
  readonly zbar: number | null;
};

const DAYS_PER_WEEK = 7;

/**
 * Folds purchase lines into one summary per customer, in order of first appearance. Same-day lines are one occasion,
 * lines after `calibrationEnd` do not count, and a day with nothing but returns is no occasion (its value still counts
 * in `total`). The order of the lines does not matter, late ones included; lines without identity all count.
 * Throws `invalid-date`, `invalid-purchase` (no customer, an amount that is not a finite number, or two different lines
 * of one identity), or `invalid-value` for amounts whose sum overflows.
 */
export function summarisePurchases(lines: Iterable<PurchaseLine>, calibrationEnd: string): readonly CustomerSummary[] {
  return [...purchaseSummaries(lines, calibrationEnd)];
}

/** The summaries of `summarisePurchases` one after the other, for a reader that does not keep them. Throws as it does. */
export function* purchaseSummaries(lines: Iterable<PurchaseLine>, calibrationEnd: string): Generator<CustomerSummary> {
  const end = dayNumber(calibrationEnd);
  const purchases = new PurchaseColumns(lines, end);
  const readDate = rememberingDate();
  for (const [at, customer] of purchases.customers.entries()) {
    const fold = purchases.fold(at, end);
    if (fold !== undefined) yield summaryOf(customer, fold, { end, readDate });
  }
}

/** The summary of a fold up to day `end`. */
export function summaryOf(
  customer: string,
  { first, last, occasions, total, repeatValue }: PurchaseFold,
  { end, readDate }: { readonly end: number; readonly readDate: (day: number) => string },
): CustomerSummary {
  const x = occasions - 1;
  return {
    customer,
    x,
    tx: (last - first) / DAYS_PER_WEEK,
    T: (end - first) / DAYS_PER_WEEK,
    firstDate: readDate(first),
    lastDate: readDate(last),
    occasions,
    total: checkedSum('the net value of a customer', total),
    zbar: x === 0 ? null : checkedSum('the net value of a customer', repeatValue) / x,
  };
}

/** Customers share their dates: each is written once. */
export function rememberingDate(): (day: number) => string {
  const known = new Map<number, string>();
  return (day) => {
    let date = known.get(day);
    if (date === undefined) known.set(day, (date = dateOfDay(day)));
    return date;
  };
}

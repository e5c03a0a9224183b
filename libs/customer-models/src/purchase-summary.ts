import { dateOfDay, dayNumber } from './calendar-days.js';
import { ModelDataError } from './errors.js';

/** One purchase line; `date` is the local date 'YYYY-MM-DD', `amount` in any one unit. A negative amount is a return. */
export type PurchaseLine = { readonly customer: string; readonly date: string; readonly amount: number };

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

type Day = { amount: number; bought: boolean };

const DAYS_PER_WEEK = 7;

/**
 * Folds purchase lines into one summary per customer, in order of first appearance. Same-day lines are one occasion,
 * lines after `calibrationEnd` do not count, and a day with nothing but returns is no occasion (its value still counts
 * in `total`). The order of the lines does not matter; lines given twice count twice.
 * Throws `invalid-date` or `invalid-purchase` (no customer, or an amount that is not a finite number).
 */
export function summarisePurchases(lines: Iterable<PurchaseLine>, calibrationEnd: string): readonly CustomerSummary[] {
  const end = dayNumber(calibrationEnd);
  const readDay = rememberingDayNumber();
  const customers = new Map<string, Map<number, Day>>();
  for (const line of lines) {
    checkLine(line);
    const day = readDay(line.date);
    if (day <= end) addLine(customers, line, day);
  }
  return [...customers].flatMap(([customer, days]) => summaryOf(customer, days, end) ?? []);
}

function addLine(customers: Map<string, Map<number, Day>>, line: PurchaseLine, day: number): void {
  let days = customers.get(line.customer);
  if (days === undefined) customers.set(line.customer, (days = new Map<number, Day>()));
  const sofar = days.get(day);
  if (sofar === undefined) days.set(day, { amount: line.amount, bought: line.amount >= 0 });
  else {
    sofar.amount += line.amount;
    sofar.bought ||= line.amount >= 0;
  }
}

function summaryOf(customer: string, days: ReadonlyMap<number, Day>, end: number): CustomerSummary | undefined {
  let [first, last, occasions, total, value] = [Infinity, -Infinity, 0, 0, 0];
  // By day, not by arrival, so that sums of fractions come out the same for every order of the lines.
  for (const [day, { amount, bought }] of [...days].sort(([a], [b]) => a - b)) {
    total += amount;
    if (!bought) continue;
    if (occasions > 0) value += amount;
    first = Math.min(first, day);
    last = day;
    occasions += 1;
  }
  if (occasions === 0) return undefined;
  const x = occasions - 1;
  return {
    customer,
    x,
    tx: (last - first) / DAYS_PER_WEEK,
    T: (end - first) / DAYS_PER_WEEK,
    firstDate: dateOfDay(first),
    lastDate: dateOfDay(last),
    occasions,
    total,
    zbar: x === 0 ? null : value / x,
  };
}

function checkLine({ customer, amount }: PurchaseLine): void {
  if (customer === '') throw new ModelDataError('invalid-purchase', 'a purchase line has no customer');
  if (!Number.isFinite(amount)) {
    throw new ModelDataError('invalid-purchase', `amount ${amount} of customer ${customer} is not a finite number`);
  }
}

/** Dates repeat much more than customers do: each is parsed once. */
function rememberingDayNumber(): (date: string) => number {
  const known = new Map<string, number>();
  return (date) => {
    let day = known.get(date);
    if (day === undefined) known.set(date, (day = dayNumber(date)));
    return day;
  };
}

import { dateOfDay, dayNumber, revenueDrift, type RevenuePair } from '@crm/customer-models';
import { dateOption, numberOption, required, withDefault } from '../options.js';
import { noCustomers, PURCHASE_COLUMNS, purchaseLines, type PurchaseTable } from '../purchases.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

/** A hundred years. */
const MOST_DAYS = 36_500;

export const driftVerb = verb({
  name: 'drift',
  about: 'shows how customers move between revenue terciles from one half-year to the next',
  columns: PURCHASE_COLUMNS,
  options: {
    split: required(dateOption('first date of the second period; the first one ends the day before')),
    days: withDefault(numberOption('n', 'length of each period', { min: 1, max: MOST_DAYS, whole: true }), 182),
  },
  keys: {
    periods: 'first and last date of both periods',
    edges: "inner edges of each period's terciles, among its buyers",
    stayed: 'share of the buyers of both periods who stayed in their tercile',
    independence: "Pearson's test that the tercile after does not depend on the one before: statistic, degrees, p",
    psi: 'population stability index of the revenue',
    transitions: 'the list of moves, each with:',
    from: 'class before: none, low, middle, high',
    customers: 'customers in it; none, low, middle, high: where they are after',
  },
  example: 'crm-models drift --input orders.csv --split 1998-01-01 --days 181',
  run: (table, { split, days }) => {
    const day = (offset: number): string => dateOfDay(dayNumber(split) + offset);
    const periods = { before: [day(-days), day(-1)], after: [split, day(days - 1)] } as const;
    const pairs = pairsOf(table, dayNumber(split), days);
    for (const period of ['before', 'after'] as const)
      if (pairs.every((pair) => pair[period] === null)) throw noCustomers(`from ${periods[period].join(' until ')}`);
    const { transitions, ...found } = revenueDrift(pairs);
    return {
      facts: { periods, ...found },
      rows: {
        key: 'transitions',
        ...rowsOf(
          ['from', 'customers', 'none', 'low', 'middle', 'high'],
          transitions.map(({ from, customers, to }) => ({ from, customers, ...to })),
        ),
      },
    };
  },
});

/** Net revenue of every customer in both periods. Returns alone are no purchase. */
function pairsOf(table: PurchaseTable, split: number, days: number): readonly RevenuePair[] {
  const customers = new Map<string, { before: Period; after: Period }>();
  for (const { customer, date, amount } of purchaseLines(table)) {
    const offset = dayNumber(date) - split;
    if (offset < -days || offset >= days) continue;
    const pair = customers.get(customer) ?? { before: new Period(), after: new Period() };
    customers.set(customer, pair);
    (offset < 0 ? pair.before : pair.after).add(amount);
  }
  return [...customers.values()].map(({ before, after }) => ({ before: before.revenue, after: after.revenue }));
}

class Period {
  private sum = 0;
  private bought = false;

  add(amount: number): void {
    this.sum += amount;
    this.bought ||= amount >= 0;
  }

  get revenue(): number | null {
    return this.bought ? this.sum : null;
  }
}

import {
  expectedSpend,
  isoValueCurve,
  type CustomerSummary,
  type GammaGammaParameters,
  type HoldoutRow,
  type LifetimeValue,
} from '@crm/customer-models';
import type { Chart, Mark } from './chart.js';
import { extentOf } from './extent.js';

const LAST_BAR = 7;

/** How often customers came back up to the calibration end; the last bar is of those with that many repeat occasions or more. */
export function repeatsChart(summaries: readonly Pick<CustomerSummary, 'x'>[]): Chart {
  const counts = new Array<number>(LAST_BAR + 1).fill(0);
  for (const { x } of summaries) counts[Math.min(x, LAST_BAR)] = (counts[Math.min(x, LAST_BAR)] ?? 0) + 1;
  return {
    title: 'Purchase summary: how often customers came back',
    subtitle: 'Days with a purchase after the first one, up to the calibration end',
    x: { title: 'repeat occasions', kind: 'band' },
    y: { title: 'customers', format: ',.0f' },
    layers: [
      {
        mark: 'bars',
        name: 'customers',
        marks: counts.map((y, x) => ({ x: x === LAST_BAR ? `${String(x)}+` : String(x), y })),
      },
    ],
  };
}

/** What customers did after the calibration against what the model expected, by their repeat purchases before. */
export function holdoutChart(model: string, weeks: number, rows: readonly HoldoutRow[]): Chart {
  const marks = (of: 'actual' | 'expected') => byRepeats(rows, (row) => row[of] / row.customers);
  return {
    title: `${model}: the holdout, as expected and as it came`,
    subtitle: `Purchases of a customer in the ${String(Math.round(weeks))} weeks after the calibration`,
    x: { title: 'repeat purchases in the calibration', kind: 'band' },
    y: { title: 'purchases per customer in the holdout' },
    layers: [
      { mark: 'bars', name: 'actual', marks: marks('actual') },
      { mark: 'bars', name: 'expected', marks: marks('expected') },
    ],
  };
}

/** Means over the customers with as many repeat purchases. */
export interface ByRepeatPurchases {
  readonly x: number;
  readonly meanPAlive: number;
  /** In all, of all of them. */
  readonly expectedPurchases: number;
  readonly customers: number;
}

/** P(alive) by repeat purchases; the last bar is of those with that many or more. */
export function aliveChart(rows: readonly ByRepeatPurchases[]): Chart {
  return {
    title: 'Who is still a customer',
    subtitle: 'Mean P(alive) of the customers with as many repeat purchases',
    x: { title: 'repeat purchases so far', kind: 'band' },
    y: { title: 'mean P(alive)', format: '.0%', ends: [0, 1] },
    layers: [{ mark: 'bars', name: 'P(alive)', marks: byRepeats(rows, ({ meanPAlive }) => meanPAlive) }],
  };
}

/** Purchases to come in the next weeks by repeat purchases so far; the last bar is of those with that many or more. */
export function expectedPurchasesChart(weeks: number, rows: readonly ByRepeatPurchases[]): Chart {
  return {
    title: 'What is to come',
    subtitle: `Expected purchases of a customer in the next ${String(weeks)} weeks`,
    x: { title: 'repeat purchases so far', kind: 'band' },
    y: { title: 'expected purchases per customer' },
    layers: [
      {
        mark: 'bars',
        name: 'expected',
        marks: byRepeats(rows, ({ expectedPurchases, customers }) => expectedPurchases / customers),
      },
    ],
  };
}

function byRepeats<Row extends { readonly x: number }>(
  rows: readonly Row[],
  of: (row: Row) => number,
): readonly Mark[] {
  const last = rows.at(-1)?.x;
  return rows.map((row) => ({ x: row.x === last ? `${String(row.x)}+` : String(row.x), y: of(row) }));
}

/** How far the mean value of few purchases is trusted: E[M] over zbar, for several numbers of repeat purchases. */
export function spendChart(parameters: GammaGammaParameters, unit: string): Chart {
  const mean = expectedSpend(parameters, { x: 0, zbar: null });
  const means = Array.from({ length: 41 }, (_, i) => (mean * 3 * Math.max(i, 0.001)) / 40);
  return {
    title: 'Gamma-Gamma: what a customer will spend',
    subtitle: 'Few purchases are drawn to the mean of all customers, many speak for themselves',
    x: { title: `mean value of the repeat purchases (${unit})` },
    y: { title: `expected mean value (${unit})` },
    layers: [
      { mark: 'dashes', name: 'none: mean of all', marks: means.map((zbar) => ({ x: zbar, y: mean })) },
      ...[1, 3, 10].map((x) => ({
        mark: 'line' as const,
        name: `${String(x)} repeat purchase${x === 1 ? '' : 's'}`,
        marks: means.map((zbar) => ({ x: zbar, y: expectedSpend(parameters, { x, zbar }) })),
      })),
    ],
  };
}

/** Mean value of each tenth of the customers, the most valuable first. */
export function lifetimeValueChart(
  values: readonly Pick<LifetimeValue, 'value'>[],
  words: { readonly unit: string; readonly months: number },
): Chart {
  const sorted = values.map(({ value }) => value).sort((a, b) => b - a);
  const until = (tenth: number): number => Math.round((sorted.length * tenth) / 10);
  return {
    title: 'Lifetime value: how it is spread over the customers',
    subtitle: `Expected margin of the next ${String(words.months)} months, discounted`,
    x: { title: 'tenth of the customers, the most valuable first', kind: 'band' },
    y: { title: `mean value of a customer (${words.unit})` },
    layers: [
      {
        mark: 'bars',
        name: 'value',
        marks: Array.from({ length: 10 }, (_, i) => {
          const tenth = sorted.slice(until(i), until(i + 1));
          return { x: String(i + 1), y: tenth.reduce((sum, value) => sum + value, 0) / Math.max(1, tenth.length) };
        }),
      },
    ],
  };
}

/** Curves of equal value over monthly sales and P(alive), with customers as points. */
export function valueChart(
  customers: readonly { readonly monthlySales: number; readonly pAlive: number }[],
  words: { readonly unit: string; readonly values: readonly number[] },
): Chart {
  const [salesFrom, salesTo] = [1, Math.max(2, extentOf(customers.map(({ monthlySales }) => monthlySales))[1])];
  return {
    title: 'Customer value: monthly sales × P(alive) × 12 months',
    subtitle: 'Customers on one curve are worth the same',
    x: { title: `sales a month (${words.unit})`, ends: [0, salesTo] },
    y: { title: 'P(alive)', format: '.0%', ends: [0, 1] },
    layers: [
      {
        mark: 'points',
        name: 'customers',
        marks: customers.map(({ monthlySales, pAlive }) => ({ x: monthlySales, y: pAlive })),
      },
      ...words.values.map((value) => ({
        mark: 'line' as const,
        name: `value ${String(value)} a year`,
        marks: isoValueCurve({ value, salesFrom, salesTo }).map(({ monthlySales, pAlive }) => ({
          x: monthlySales,
          y: pAlive,
        })),
      })),
    ],
  };
}

/** Customers by the weeks since their last purchase. */
export function dormancyChart(
  summaries: readonly Pick<CustomerSummary, 'tx' | 'T'>[],
  dormantAfterWeeks: number,
): Chart {
  const counts = new Map<number, number>();
  for (const { tx, T } of summaries) {
    const months = Math.floor((T - tx) / (52 / 12));
    counts.set(months, (counts.get(months) ?? 0) + 1);
  }
  const most = extentOf(counts.keys())[1];
  const months = Array.from({ length: most + 1 }, (_, month) => month);
  const limit = dormantAfterWeeks / (52 / 12);
  const layer = (name: string, of: (month: number) => boolean) => ({
    mark: 'stack' as const,
    name,
    marks: months.filter(of).map((month) => ({ x: String(month), y: counts.get(month) ?? 0, to: 0 })),
  });
  return {
    title: 'Dormancy: how long customers have been silent',
    x: { title: 'months since the last purchase', kind: 'band' },
    y: { title: 'customers' },
    layers: [layer('active', (month) => month < limit), layer('dormant', (month) => month >= limit)],
  };
}

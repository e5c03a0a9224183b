import { chiSquaredUpperTail } from './chi-squared.js';
import { ModelDataError } from './errors.js';
import { scoreAgainst, valueEdges } from './rfm.js';

/** Net revenue of one customer in two periods of equal length; null: no purchase in that period. */
export type RevenuePair = { readonly before: number | null; readonly after: number | null };

export type RevenueClass = 'none' | 'low' | 'middle' | 'high';

export type DriftRow = {
  readonly from: RevenueClass;
  readonly customers: number;
  readonly to: Readonly<Record<RevenueClass, number>>;
};

export type RevenueDrift = {
  /** Inner edges of each period's own terciles, among its buyers. */
  readonly edges: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly transitions: readonly DriftRow[];
  /** Share of the buyers of both periods who stayed in their tercile; null when there is none. */
  readonly stayed: number | null;
  /** Pearson's test that the tercile after does not depend on the tercile before, among the buyers of both periods. */
  readonly independence: { readonly statistic: number; readonly degrees: number; readonly p: number } | null;
  /** Population stability index of the buyers' revenue by the terciles of the first period. */
  readonly psi: number;
};

const CLASSES: readonly RevenueClass[] = ['none', 'low', 'middle', 'high'];
const TERCILES: readonly RevenueClass[] = ['low', 'middle', 'high'];
const HALF = 0.5;

/**
 * How customers move between revenue terciles from one period (a half-year) to the next. Terciles are cut by value, so
 * equal revenues share a class and classes can differ in size. Throws `no-customers` when a period has no buyer,
 * `invalid-value`.
 */
export function revenueDrift(pairs: Iterable<RevenuePair>): RevenueDrift {
  const customers = [...pairs];
  const before = customers.flatMap((pair) => pair.before ?? []);
  const after = customers.flatMap((pair) => pair.after ?? []);
  if (before.length === 0 || after.length === 0) {
    throw new ModelDataError('no-customers', 'revenue drift needs buyers in both periods');
  }
  const edges = { before: valueEdges(before, TERCILES.length), after: valueEdges(after, TERCILES.length) };
  const counts = new Map<string, number>();
  for (const pair of customers) {
    const move = `${classOf(edges.before, pair.before)} ${classOf(edges.after, pair.after)}`;
    counts.set(move, (counts.get(move) ?? 0) + 1);
  }
  const countOf = (from: RevenueClass, to: RevenueClass): number => counts.get(`${from} ${to}`) ?? 0;
  const table = TERCILES.map((from) => TERCILES.map((to) => countOf(from, to)));
  const both = sumOf(table.flat());
  return {
    edges,
    transitions: CLASSES.map((from) => {
      const to = {
        none: countOf(from, 'none'),
        low: countOf(from, 'low'),
        middle: countOf(from, 'middle'),
        high: countOf(from, 'high'),
      };
      return { from, customers: sumOf(Object.values(to)), to };
    }),
    stayed: both === 0 ? null : sumOf(table.map((row, i) => row[i] ?? 0)) / both,
    independence: independenceOf(table),
    psi: stabilityIndex(TERCILES.length, before, after),
  };
}

function classOf(edges: readonly number[], revenue: number | null): RevenueClass {
  return revenue === null ? 'none' : (TERCILES[scoreAgainst(edges, revenue) - 1] ?? 'high');
}

/** Null unless at least two rows and two columns have anybody in them. */
function independenceOf(table: readonly (readonly number[])[]): RevenueDrift['independence'] {
  const rows = table.map(sumOf);
  const columns = TERCILES.map((_, j) => sumOf(table.map((row) => row[j] ?? 0)));
  const total = sumOf(rows);
  const [heights, widths] = [rows, columns].map((sums) => sums.filter((n) => n > 0).length);
  if (heights === undefined || widths === undefined || heights < 2 || widths < 2) return null;
  const degrees = (heights - 1) * (widths - 1);
  let statistic = 0;
  for (const [i, row] of table.entries()) {
    for (const [j, observed] of row.entries()) {
      const expected = ((rows[i] ?? 0) * (columns[j] ?? 0)) / total;
      if (expected > 0) statistic += (observed - expected) ** 2 / expected;
    }
  }
  return { statistic, degrees, p: chiSquaredUpperTail(statistic, degrees) };
}

/**
 * Population stability index Σ (after − before) · ln(after/before) of the shares of classes, which are cut by the quantiles of the
 * values before, equal edges being one. A class that nobody is in counts as if half a value were, so that the index is always
 * a number. Below 0.1 is read as stable, above 0.25 as another population.
 */
export function stabilityIndex(classes: number, before: readonly number[], after: readonly number[]): number {
  const edges = [...new Set(valueEdges(before, classes))];
  const [first, second] = [sharesOf(edges, before), sharesOf(edges, after)];
  return sumOf(first.map((share, i) => ((second[i] ?? 0) - share) * Math.log((second[i] ?? 0) / share)));
}

function sharesOf(edges: readonly number[], values: readonly number[]): readonly number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const group = scoreAgainst(edges, value) - 1;
    counts[group] = (counts[group] ?? 0) + 1;
  }
  const weights = counts.map((count) => Math.max(count, HALF));
  const total = sumOf(weights);
  return weights.map((weight) => weight / total);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

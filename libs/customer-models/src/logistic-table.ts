import { ModelDataError } from './errors.js';

/** One row for each customer: `values` in the order of `columns`, and whether the outcome (churn, response) came about. */
export type LabelledRow = { readonly values: readonly number[]; readonly outcome: boolean };
export type LabelledTable = { readonly columns: readonly string[]; readonly rows: readonly LabelledRow[] };

/** Rows in sorted order, every column with mean 0 and standard deviation 1 behind a column of ones, row after row. */
export type StandardisedTable = {
  readonly columns: readonly { readonly column: string; readonly mean: number; readonly scale: number }[];
  readonly values: Float64Array;
  readonly outcomes: Uint8Array;
  readonly rows: number;
  readonly positives: number;
};

/** With less than this share of its variance left unexplained by those before it, a column is one of their combinations. */
const UNEXPLAINED = 1e-10;

/** Throws `too-few-rows`, `invalid-value`, `one-class-only` or `collinear-columns`, naming the column. */
export function readTable({ columns, rows }: LabelledTable): StandardisedTable {
  for (const row of rows) checkRow(columns, row);
  if (rows.length < columns.length + 2) {
    throw new ModelDataError('too-few-rows', `${rows.length} rows cannot carry ${columns.length} columns`);
  }
  const positives = rows.filter(({ outcome }) => outcome).length;
  if (positives === 0 || positives === rows.length) {
    throw new ModelDataError('one-class-only', `the outcome is ${positives > 0} in all ${rows.length} rows`);
  }
  const sorted = rows.toSorted(byValues);
  const size = columns.length + 1;
  const values = new Float64Array(sorted.length * size).fill(1);
  const standardised = columns.map((column, j) => {
    const { mean, scale } = momentsOf(column, sorted, j);
    for (const [i, row] of sorted.entries()) values[i * size + j + 1] = ((row.values[j] ?? NaN) - mean) / scale;
    return { column, mean, scale };
  });
  checkCollinearity(columns, values);
  const outcomes = Uint8Array.from(sorted, ({ outcome }) => Number(outcome));
  return { columns: standardised, values, outcomes, rows: sorted.length, positives };
}

function momentsOf(
  column: string,
  rows: readonly LabelledRow[],
  j: number,
): { readonly mean: number; readonly scale: number } {
  const first = rows[0]?.values[j] ?? NaN;
  if (rows.every(({ values }) => values[j] === first)) {
    throw new ModelDataError('collinear-columns', `column '${column}' is ${first} in every row, as the intercept is`);
  }
  const mean = rows.reduce((sum, { values }) => sum + (values[j] ?? NaN), 0) / rows.length;
  const scale = Math.sqrt(rows.reduce((sum, { values }) => sum + ((values[j] ?? NaN) - mean) ** 2 / rows.length, 0));
  if (!(scale > 0 && scale < Infinity)) {
    throw new ModelDataError('invalid-value', `column '${column}' has no standard deviation that a number can hold`);
  }
  return { mean, scale };
}

/** Gram & Schmidt, column by column (in the modified order, which keeps the digits). */
function checkCollinearity(columns: readonly string[], values: Float64Array): void {
  const size = columns.length + 1;
  const independent: Float64Array[] = [];
  for (const [j, column] of columns.entries()) {
    const rest = Float64Array.from({ length: values.length / size }, (_, i) => values[i * size + j + 1] ?? 0);
    const before = inner(rest, rest);
    for (const other of independent) {
      const share = inner(rest, other) / inner(other, other);
      for (let i = 0; i < rest.length; i += 1) rest[i] = (rest[i] ?? 0) - share * (other[i] ?? 0);
    }
    if (inner(rest, rest) < UNEXPLAINED * before) {
      throw new ModelDataError('collinear-columns', `column '${column}' is a combination of the columns before it`);
    }
    independent.push(rest);
  }
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function checkRow(columns: readonly string[], { values }: LabelledRow): void {
  if (values.length !== columns.length) {
    throw new ModelDataError('invalid-value', `a row has ${values.length} values for ${columns.length} columns`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ModelDataError('invalid-value', `column '${columns[wrong]}' is ${values[wrong]}, not a finite number`);
  }
}

function byValues(a: LabelledRow, b: LabelledRow): number {
  for (let j = 0; j < a.values.length; j += 1) {
    const difference = (a.values[j] ?? 0) - (b.values[j] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(a.outcome) - Number(b.outcome);
}

import { dot, invertPositiveDefinite, multiply, type Matrix, type Vector } from './linear-algebra.js';
import { checkSeparation } from './logistic-separation.js';
import { readTable, type LabelledTable, type StandardisedTable } from './logistic-table.js';
import { logisticErrors, logisticWarnings } from './logistic-errors.js';
import { log1pExp } from './special-functions.js';
import type { ModelWarning } from './warnings.js';

/** One column of the table: its coefficient in log odds per unit, and its mean over the rows. */
export type LogisticColumn = {
  readonly column: string;
  readonly coefficient: number;
  readonly standardError: number;
  readonly mean: number;
};

/** Log odds of the outcome are `intercept` plus the sum of coefficient × value. Plain JSON. */
export type LogisticModel = { readonly intercept: number; readonly columns: readonly LogisticColumn[] };

export type LogisticFit = {
  readonly parameters: LogisticModel;
  /** As those of the columns, Infinity where the information at the end of the search is singular. */
  readonly interceptStandardError: number;
  readonly logLikelihood: number;
  /** Of the model with an intercept alone; deviances are −2 times these. */
  readonly nullLogLikelihood: number;
  readonly rows: number;
  readonly positives: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly ModelWarning[];
};

type State = { readonly point: Vector; readonly logLikelihood: number };

const MOST_ITERATIONS = 60;
const STEP_TOLERANCE = 1e-9;
/** Below this a step gains less likelihood than its last digit shows, and Newton's method needs no guard. */
const SETTLED = 1e-5;

/**
 * Fits a logistic regression by iteratively reweighted least squares, which is Newton's method (McCullagh & Nelder 1989, 4.4),
 * by Cholesky, on standardised columns, with halved steps where a full one would lose likelihood. Standard errors are of the
 * inverse information. Rows are taken in sorted order, so that their order makes no difference.
 * Throws `too-few-rows`, `invalid-value`, `one-class-only`, `collinear-columns`, `complete-separation`, `quasi-separation`.
 */
export function fitLogistic(labelled: LabelledTable): LogisticFit {
  const table = readTable(labelled);
  const size = table.columns.length + 1;
  let state: State = withLikelihood(table, new Array<number>(size).fill(0));
  let [iterations, converged] = [0, false];
  while (!converged && iterations < MOST_ITERATIONS) {
    iterations += 1;
    const { slope, information } = derivatives(table, state.point);
    const covariance = invertPositiveDefinite(information);
    const step = covariance === undefined ? undefined : multiply(covariance, slope);
    checkSeparation(table, { point: state.point, step, iterations });
    if (step === undefined) break;
    const length = Math.max(...step.map(Math.abs));
    const next = length < SETTLED ? moved(table, state, step) : improved(table, state, step);
    if (next === undefined) break;
    converged = length < STEP_TOLERANCE;
    state = next;
  }
  return fitOf(table, state, { iterations, converged });
}

/** The state after the step, halved until likelihood does not fall; undefined where no step gains any. */
function improved(table: StandardisedTable, state: State, step: Vector): State | undefined {
  for (let scale = 1; scale > 1e-9; scale /= 2) {
    const next = moved(
      table,
      state,
      step.map((entry) => entry * scale),
    );
    if (next.logLikelihood > state.logLikelihood) return next;
  }
  return undefined;
}

function moved(table: StandardisedTable, { point }: State, step: Vector): State {
  return withLikelihood(
    table,
    point.map((at, i) => at + (step[i] ?? 0)),
  );
}

function fitOf(
  table: StandardisedTable,
  { point, logLikelihood }: State,
  course: { readonly iterations: number; readonly converged: boolean },
): LogisticFit {
  const { rows, positives, columns } = table;
  const covariance = invertPositiveDefinite(derivatives(table, point).information);
  // The intercept at 0 of every column, as a combination of the standardised entries.
  const combination = [1, ...columns.map(({ mean, scale }) => -mean / scale)];
  const errors = logisticErrors(covariance, combination);
  const inUnits = columns.map(({ column, mean, scale }, j) => ({
    column,
    coefficient: (point[j + 1] ?? 0) / scale,
    standardError: (errors.columns[j] ?? Infinity) / scale,
    mean,
  }));
  const share = positives / rows;
  return {
    parameters: { intercept: dot(combination, point), columns: inUnits },
    interceptStandardError: errors.intercept,
    logLikelihood,
    nullLogLikelihood: positives * Math.log(share) + (rows - positives) * Math.log1p(-share),
    rows,
    positives,
    ...course,
    warnings: logisticWarnings({ ...course, covariance, positives, rows, columns: columns.length }),
  };
}

function derivatives(
  { values, outcomes }: StandardisedTable,
  point: Vector,
): { readonly slope: Vector; readonly information: Matrix } {
  const size = point.length;
  const slope = new Float64Array(size);
  const information = Array.from({ length: size }, () => new Float64Array(size));
  for (let row = 0, at = 0; row < outcomes.length; row += 1, at += size) {
    let logit = 0;
    for (let j = 0; j < size; j += 1) logit += (values[at + j] ?? 0) * (point[j] ?? 0);
    const p = 1 / (1 + Math.exp(-logit));
    const weight = p / (1 + Math.exp(logit));
    const residual = (outcomes[row] ?? 0) === 1 ? 1 / (1 + Math.exp(logit)) : -p;
    for (let j = 0; j < size; j += 1) {
      const value = values[at + j] ?? 0;
      slope[j] = (slope[j] ?? 0) + residual * value;
      const line = information[j];
      if (line === undefined) continue;
      for (let k = 0; k <= j; k += 1) line[k] = (line[k] ?? 0) + weight * value * (values[at + k] ?? 0);
    }
  }
  const entry = (j: number, k: number): number => information[Math.max(j, k)]?.[Math.min(j, k)] ?? 0;
  return {
    slope: [...slope],
    information: information.map((_, j) => information.map((__, k) => entry(j, k))),
  };
}

function withLikelihood({ values, outcomes }: StandardisedTable, point: Vector): State {
  const size = point.length;
  let logLikelihood = 0;
  for (let row = 0, at = 0; row < outcomes.length; row += 1, at += size) {
    let logit = 0;
    for (let j = 0; j < size; j += 1) logit += (values[at + j] ?? 0) * (point[j] ?? 0);
    logLikelihood -= log1pExp(outcomes[row] === 1 ? -logit : logit);
  }
  return { point, logLikelihood };
}

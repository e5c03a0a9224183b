import { dot, multiply, type Matrix, type Vector } from './linear-algebra.js';
import { NOT_CONVERGED, NOT_IDENTIFIED, type ModelWarning } from './warnings.js';

/** Rows of the rarer class for each column below which coefficients are unsure (Peduzzi et al. 1996). */
const OUTCOMES_PER_COLUMN = 10;
const FEW_OUTCOMES: ModelWarning = {
  code: 'few-outcomes-per-column',
  message: `fewer than ${OUTCOMES_PER_COLUMN} rows of the rarer outcome for each column: coefficients are unsure`,
};

/**
 * Standard errors of the columns (standardised) and of the intercept, which is `combination` of all entries. All are Infinity
 * without a covariance, so where the information is singular.
 */
export function logisticErrors(
  covariance: Matrix | undefined,
  combination: Vector,
): { readonly intercept: number; readonly columns: Vector } {
  const [, ...columns] = combination.map((_, j) => Math.sqrt(covariance?.[j]?.[j] ?? Infinity));
  const intercept =
    covariance === undefined ? Infinity : Math.sqrt(dot(combination, multiply(covariance, combination)));
  return { intercept, columns };
}

/** What to know before trusting a logistic fit. */
export function logisticWarnings(fit: {
  readonly converged: boolean;
  readonly covariance: Matrix | undefined;
  readonly positives: number;
  readonly rows: number;
  readonly columns: number;
}): readonly ModelWarning[] {
  const scarce = Math.min(fit.positives, fit.rows - fit.positives) < OUTCOMES_PER_COLUMN * fit.columns;
  return [
    ...(fit.converged ? [] : [NOT_CONVERGED]),
    ...(fit.covariance === undefined ? [NOT_IDENTIFIED] : []),
    ...(scarce ? [FEW_OUTCOMES] : []),
  ];
}

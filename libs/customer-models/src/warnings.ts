import type { Matrix } from './linear-algebra.js';

/** Something about a fit that its reader should know before trusting it. `code` is stable and kebab-case. */
export type ModelWarning = { readonly code: ModelWarningCode; readonly message: string };

export type ModelWarningCode =
  | 'not-converged'
  | 'parameters-not-identified'
  | 'value-depends-on-frequency'
  | 'no-population-mean'
  | 'customers-alike'
  | 'few-outcomes-per-column'
  | 'constant-column';

export const NOT_CONVERGED: ModelWarning = {
  code: 'not-converged',
  message: 'the search for the best parameters stopped before the optimum',
};
export const NOT_IDENTIFIED: ModelWarning = {
  code: 'parameters-not-identified',
  message: 'very different parameters explain the data as well, so they and their errors mean little',
};

/** A parameter whose standard error is more than so many times its value is open for all practical purposes. */
const LARGEST_RELATIVE_ERROR = 10;

/** Warnings that concern every fit: the search stopped early, or the data leave some direction of the parameters open. */
export function fitWarnings(fit: {
  readonly converged: boolean;
  readonly logCovariance: Matrix | null;
}): readonly ModelWarning[] {
  const identified = fit.logCovariance?.every((row, i) => Math.sqrt(row[i] ?? NaN) <= LARGEST_RELATIVE_ERROR);
  return [...(fit.converged ? [] : [NOT_CONVERGED]), ...(identified === true ? [] : [NOT_IDENTIFIED])];
}

import { bgNbdLogLikelihood, groupHistories } from './bg-nbd-likelihood.js';
import type { BgNbdParameters } from './bg-nbd-parameters.js';
import { ModelDataError } from './errors.js';
import type { Vector } from './linear-algebra.js';
import { minimise } from './optimise.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { standardErrorsOfLogParameters } from './standard-errors.js';

export type BgNbdFit = {
  readonly parameters: BgNbdParameters;
  /** In the units of the parameters; null when the data do not pin all four down. */
  readonly standardErrors: BgNbdParameters | null;
  readonly logLikelihood: number;
  readonly customers: number;
  readonly repeatBuyers: number;
  /** Distinct (x, tx, T). */
  readonly distinctHistories: number;
  readonly iterations: number;
  readonly converged: boolean;
};

/** Beyond e^±20 a parameter no longer changes the likelihood. */
const LARGEST_LOG_PARAMETER = 20;

/**
 * Fits BG/NBD by maximum likelihood (BFGS on log parameters, all parameters started at 1), on distinct histories with
 * their multiplicities, so that the time depends on those and not on the number of customers.
 * Throws `no-customers`, `no-repeat-buyers` or `invalid-history`; `converged` and `standardErrors` say how far to trust it.
 */
export function fitBgNbd(histories: Iterable<PurchaseHistory>): BgNbdFit {
  const groups = groupHistories(histories);
  const customers = groups.reduce((sum, group) => sum + group.customers, 0);
  const repeatBuyers = groups.reduce((sum, group) => sum + (group.x > 0 ? group.customers : 0), 0);
  if (customers === 0) throw new ModelDataError('no-customers', 'BG/NBD needs at least one customer');
  if (repeatBuyers === 0) throw new ModelDataError('no-repeat-buyers', 'BG/NBD needs customers who bought again');

  const logLikelihood = (theta: Vector): number =>
    theta.every((entry) => Math.abs(entry) <= LARGEST_LOG_PARAMETER)
      ? bgNbdLogLikelihood(naturalScale(theta), groups)
      : -Infinity;
  const minimum = minimise((theta) => -logLikelihood(theta) / customers, [0, 0, 0, 0]);
  const errors = standardErrorsOfLogParameters((theta) => -logLikelihood(theta), minimum.point);
  return {
    parameters: naturalScale(minimum.point),
    standardErrors: errors === undefined ? null : named(errors),
    logLikelihood: logLikelihood(minimum.point),
    customers,
    repeatBuyers,
    distinctHistories: groups.reduce((sum, group) => sum + group.rows.length, 0),
    iterations: minimum.iterations,
    converged: minimum.converged,
  };
}

function naturalScale(theta: Vector): BgNbdParameters {
  return named(theta.map(Math.exp));
}

function named([r = NaN, alpha = NaN, a = NaN, b = NaN]: Vector): BgNbdParameters {
  return { r, alpha, a, b };
}

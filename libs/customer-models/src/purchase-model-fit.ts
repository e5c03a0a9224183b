import { ModelDataError } from './errors.js';
import type { Matrix, Vector } from './linear-algebra.js';
import { minimise } from './optimise.js';
import { groupHistories, type HistoryGroup } from './purchase-histories.js';
import type { PurchaseModel } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { log1pExp } from './special-functions.js';
import { covarianceOfLogParameters, errorsOfLogParameters } from './standard-errors.js';
import { fitWarnings, type ModelWarning } from './warnings.js';

export type PurchaseFit<Name extends string, Parameters> = {
  readonly model: Name;
  readonly parameters: Parameters;
  /** In the units of the parameters; null when the data do not pin all of them down. */
  readonly standardErrors: Parameters | null;
  /** Covariance of the parameters' logarithms, in the parameters' order; null with `standardErrors`. */
  readonly logCovariance: Matrix | null;
  readonly logLikelihood: number;
  readonly customers: number;
  readonly repeatBuyers: number;
  /** Distinct (x, tx, T). */
  readonly distinctHistories: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly ModelWarning[];
};

/** Beyond e^±20 a parameter no longer changes the likelihood. */
const LARGEST_LOG_PARAMETER = 20;

/**
 * Fits a model by maximum likelihood (BFGS on log parameters, all parameters started at 1), on distinct histories with
 * their multiplicities, so that the time depends on those and not on the number of customers.
 * Throws `no-customers`, `no-repeat-buyers`, `too-few-rows` with fewer customers than parameters, or `invalid-history`.
 */
export function fitUnder<Name extends string, Parameters extends Readonly<Record<string, number>>>(
  model: PurchaseModel<Parameters> & { readonly name: Name },
  histories: Iterable<PurchaseHistory>,
): PurchaseFit<Name, Parameters> {
  const groups = groupHistories(histories);
  const counts = countsOf(groups);
  if (counts.customers === 0) throw new ModelDataError('no-customers', `${model.name} needs at least one customer`);
  if (counts.repeatBuyers === 0) {
    throw new ModelDataError('no-repeat-buyers', `${model.name} needs customers who bought again`);
  }
  const { length: parameters } = model.parameterNames;
  if (counts.customers < parameters) {
    const message = `${model.name} has ${parameters} parameters, ${counts.customers} customers cannot carry them`;
    throw new ModelDataError('too-few-rows', message);
  }
  const named = (values: Vector): Parameters =>
    Object.fromEntries(model.parameterNames.map((name, i) => [name, values[i]])) as Parameters;
  const logLikelihood = (theta: Vector): number =>
    theta.every((entry) => Math.abs(entry) <= LARGEST_LOG_PARAMETER)
      ? logLikelihoodUnder(model, named(theta.map(Math.exp)), groups)
      : -Infinity;
  const start = model.parameterNames.map(() => 0);
  const { point, iterations, converged } = minimise((theta) => -logLikelihood(theta) / counts.customers, start);
  const covariance = covarianceOfLogParameters((theta) => -logLikelihood(theta), point);
  const standardErrors = covariance === undefined ? null : named(errorsOfLogParameters(point, covariance));
  return {
    model: model.name,
    parameters: named(point.map(Math.exp)),
    standardErrors,
    logCovariance: covariance ?? null,
    logLikelihood: logLikelihood(point),
    ...counts,
    iterations,
    converged,
    warnings: fitWarnings({ converged, logCovariance: covariance ?? null }),
  };
}

/**
 * Log-likelihood of ascending groups, the two terms of a customer's likelihood added on log scale. Factors such as
 * Γ(r+x)/Γ(r) are products over the x purchases and carried on from group to group: differences of ln Γ would lose
 * their digits where a fit runs to large parameters.
 */
export function logLikelihoodUnder<Parameters>(
  model: PurchaseModel<Parameters>,
  parameters: Parameters,
  groups: readonly HistoryGroup[],
): number {
  let total = 0;
  let purchases = 0;
  let products = model.logPurchase(parameters, 0);
  for (const { x, customers, rows } of groups) {
    while (purchases < x) products += model.logPurchase(parameters, (purchases += 1));
    total += customers * products;
    for (const { tx, T, customers: alike } of rows) {
      const odds = log1pExp(model.logOddsGone(parameters, { x, tx, T }));
      total += alike * (model.logStayed(parameters, x, T) + odds);
    }
  }
  return total;
}

function countsOf(groups: readonly HistoryGroup[]): {
  readonly customers: number;
  readonly repeatBuyers: number;
  readonly distinctHistories: number;
} {
  const customers = groups.reduce((sum, group) => sum + group.customers, 0);
  return {
    customers,
    repeatBuyers: customers - (groups[0]?.x === 0 ? groups[0].customers : 0),
    distinctHistories: groups.reduce((sum, group) => sum + group.rows.length, 0),
  };
}

import { ModelDataError } from './errors.js';
import type { Vector } from './linear-algebra.js';
import { minimise } from './optimise.js';
import type { SbgParameters } from './sbg.js';
import { covarianceOfLogParameters, errorsOfLogParameters } from './standard-errors.js';
import { fitWarnings, type ModelWarning } from './warnings.js';

export type SbgFit = {
  readonly parameters: SbgParameters;
  /** In the units of the parameters; null when the data do not pin both down. */
  readonly standardErrors: SbgParameters | null;
  readonly logLikelihood: number;
  /** Customers acquired, over all cohorts. */
  readonly customers: number;
  readonly lost: number;
  /** Renewals that the oldest cohort was observed over. */
  readonly periods: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly ModelWarning[];
};

/** Customers who came to a renewal, and how they decided. */
type Renewal = { readonly kept: number; readonly lost: number };

const PARAMETERS = 2;
/** Beyond e^±20 a parameter no longer changes the likelihood. */
const LARGEST_LOG_PARAMETER = 20;
/** With α+β beyond this, chances of leaving differ by less than a hundredth of themselves. */
const ALIKE_FROM = 10_000;
const CUSTOMERS_ALIKE: ModelWarning = {
  code: 'customers-alike',
  message: 'the chance of leaving does not differ between customers, or it grows with tenure, which sBG rules out',
};

/**
 * Fits sBG by maximum likelihood (Fader & Hardie 2007, appendix B; BFGS on log parameters, both started at 1) on the
 * survivors per period of one or more cohorts: `[acquired, left after 1 renewal, after 2, …]`, whole numbers that never rise.
 * The likelihood is taken renewal by renewal, so cohorts of different ages add up.
 * Throws `no-customers`, `too-few-rows` for a single customer, `invalid-counts`, `nobody-lost`, and `too-few-periods` unless
 * somebody came to a second renewal.
 */
export function fitSbg(cohorts: Iterable<readonly number[]>): SbgFit {
  const survivors = [...cohorts];
  for (const cohort of survivors) checkSurvivors(cohort);
  const customers = survivors.reduce((sum, [acquired = 0]) => sum + acquired, 0);
  if (customers === 0) throw new ModelDataError('no-customers', 'sBG needs at least one customer');
  if (customers < PARAMETERS) {
    throw new ModelDataError(
      'too-few-rows',
      `sBG has ${PARAMETERS} parameters, ${customers} customer cannot carry them`,
    );
  }
  const renewals = renewalsOf(survivors);
  const lost = renewals.reduce((sum, renewal) => sum + renewal.lost, 0);
  const reached = renewals.filter((renewal) => renewal.kept + renewal.lost > 0).length;
  if (reached < 2) throw new ModelDataError('too-few-periods', 'sBG needs customers who came to a second renewal');
  if (lost === 0) throw new ModelDataError('nobody-lost', 'sBG needs customers who left');

  const negative = (theta: Vector): number =>
    theta.every((entry) => Math.abs(entry) <= LARGEST_LOG_PARAMETER) ? -logLikelihood(theta, renewals) : Infinity;
  const minimum = minimise((theta) => negative(theta) / customers, [0, 0]);
  const logCovariance = covarianceOfLogParameters(negative, minimum.point) ?? null;
  const parameters = named(minimum.point.map(Math.exp));
  const alike = parameters.alpha + parameters.beta > ALIKE_FROM;
  return {
    parameters,
    standardErrors: logCovariance === null ? null : named(errorsOfLogParameters(minimum.point, logCovariance)),
    logLikelihood: -negative(minimum.point),
    customers,
    lost,
    periods: renewals.length,
    iterations: minimum.iterations,
    converged: minimum.converged,
    warnings: [...fitWarnings({ converged: minimum.converged, logCovariance }), ...(alike ? [CUSTOMERS_ALIKE] : [])],
  };
}

function renewalsOf(cohorts: readonly (readonly number[])[]): readonly Renewal[] {
  const periods = cohorts.reduce((most, cohort) => Math.max(most, cohort.length), 1) - 1;
  return Array.from({ length: periods }, (_, t) => {
    let [kept, lost] = [0, 0];
    for (const cohort of cohorts) {
      const [before = 0, after] = [cohort[t], cohort[t + 1]];
      if (after === undefined) continue;
      kept += after;
      lost += before - after;
    }
    return { kept, lost };
  });
}

function logLikelihood(theta: Vector, renewals: readonly Renewal[]): number {
  const { alpha, beta } = named(theta.map(Math.exp));
  let total = 0;
  for (const [t, { kept, lost }] of renewals.entries()) {
    total += kept * Math.log1p(-alpha / (alpha + beta + t)) + lost * Math.log(alpha / (alpha + beta + t));
  }
  return total;
}

function checkSurvivors(cohort: readonly number[]): void {
  if (cohort.length === 0) throw new ModelDataError('invalid-counts', 'a cohort has no number of customers');
  let before = Infinity;
  for (const [t, count] of cohort.entries()) {
    if (!Number.isSafeInteger(count) || count < 0 || count > before) {
      throw new ModelDataError('invalid-counts', `${count} survivors after ${t} renewals cannot be`);
    }
    before = count;
  }
}

function named([alpha = NaN, beta = NaN]: Vector): SbgParameters {
  return { alpha, beta };
}

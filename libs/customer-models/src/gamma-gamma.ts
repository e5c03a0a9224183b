import { ModelDataError } from './errors.js';
import type { Vector } from './linear-algebra.js';
import { minimise } from './optimise.js';
import { lbeta } from './special-functions.js';
import { standardErrorsOfLogParameters } from './standard-errors.js';

/**
 * Gamma-Gamma (Fader & Hardie, note 025): a purchase's value is Gamma(`p`, rate ν), ν differs between customers as
 * Gamma(`q`, rate `gamma`). All three are positive; `gamma` has the unit of the values.
 */
export type GammaGammaParameters = { readonly p: number; readonly q: number; readonly gamma: number };

/** `x` repeat occasions with mean value `zbar` (null when x is 0); a customer summary is one. */
export type SpendHistory = { readonly x: number; readonly zbar: number | null };

export type GammaGammaFit = {
  readonly parameters: GammaGammaParameters;
  readonly standardErrors: GammaGammaParameters | null;
  readonly logLikelihood: number;
  /** Customers with x > 0 and a positive mean value: those the model was fitted on. */
  readonly customers: number;
  /** Customers with x > 0 who were left out because their mean value is 0 or below (returns). */
  readonly leftOut: number;
  /** Pearson correlation of x and zbar; the model assumes none. Null when either does not vary. */
  readonly correlation: number | null;
  readonly iterations: number;
  readonly converged: boolean;
};

type Spender = { readonly x: number; readonly zbar: number };

/**
 * Fits Gamma-Gamma by maximum likelihood (note 025, eq. 1a) on the customers with repeat purchases.
 * Throws `no-repeat-buyers`, `invalid-history`. Read `correlation` before trusting the values.
 */
export function fitGammaGamma(histories: Iterable<SpendHistory>): GammaGammaFit {
  const repeaters = [...histories].filter(isRepeater);
  const spenders = repeaters.filter(({ zbar }) => zbar > 0);
  if (spenders.length === 0)
    throw new ModelDataError('no-repeat-buyers', 'Gamma-Gamma needs customers who bought again');
  // Values are taken relative to their mean, so that the start at 1 is right for cents and for millions.
  const unit = spenders.reduce((sum, { zbar }) => sum + zbar, 0) / spenders.length;
  const scaled = spenders.map(({ x, zbar }) => ({ x, zbar: zbar / unit }));
  const negative = (theta: Vector): number => -logLikelihood(named(theta.map(Math.exp)), scaled);
  const minimum = minimise((theta) => negative(theta) / spenders.length, [0, 0, 0]);
  const errors = standardErrorsOfLogParameters(negative, minimum.point);
  const inUnits = ({ p, q, gamma }: GammaGammaParameters): GammaGammaParameters => ({ p, q, gamma: gamma * unit });
  return {
    parameters: inUnits(named(minimum.point.map(Math.exp))),
    standardErrors: errors === undefined ? null : inUnits(named(errors)),
    logLikelihood: -negative(minimum.point) - spenders.length * Math.log(unit),
    customers: spenders.length,
    leftOut: repeaters.length - spenders.length,
    correlation: correlationOf(spenders),
    iterations: minimum.iterations,
    converged: minimum.converged,
  };
}

/**
 * E[M | x, zbar]: mean value of a customer's future purchases; the population mean for x = 0.
 * Throws `invalid-history`, or `invalid-parameters` when q ≤ 1 (the mean does not exist).
 */
export function expectedSpend({ p, q, gamma }: GammaGammaParameters, history: SpendHistory): number {
  if (!(p > 0 && q > 1 && gamma > 0)) {
    throw new ModelDataError('invalid-parameters', `Gamma-Gamma has no mean for p ${p}, q ${q}, gamma ${gamma}`);
  }
  const value = isRepeater(history) ? history.x * history.zbar : 0;
  return (p * (gamma + value)) / (p * history.x + q - 1);
}

function logLikelihood({ p, q, gamma }: GammaGammaParameters, spenders: readonly Spender[]): number {
  const logGamma = Math.log(gamma);
  let total = 0;
  for (const { x, zbar } of spenders) {
    const shape = p * x;
    const sum = x * zbar;
    total +=
      -lbeta(shape, q) + q * logGamma + shape * Math.log(sum) - Math.log(zbar) - (shape + q) * Math.log(gamma + sum);
  }
  return total;
}

function isRepeater(history: SpendHistory): history is Spender {
  const { x, zbar } = history;
  if (!Number.isInteger(x) || x < 0 || (x > 0 && !Number.isFinite(zbar))) {
    throw new ModelDataError('invalid-history', `no spend history has x ${x}, zbar ${zbar}`);
  }
  return x > 0;
}

function correlationOf(spenders: readonly Spender[]): number | null {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(spenders.map(({ x }) => x));
  const meanZ = mean(spenders.map(({ zbar }) => zbar));
  const scatterX = mean(spenders.map(({ x }) => (x - meanX) ** 2));
  const scatterZ = mean(spenders.map(({ zbar }) => (zbar - meanZ) ** 2));
  const together = mean(spenders.map(({ x, zbar }) => (x - meanX) * (zbar - meanZ)));
  return scatterX > 0 && scatterZ > 0 ? together / Math.sqrt(scatterX * scatterZ) : null;
}

function named([p = NaN, q = NaN, gamma = NaN]: Vector): GammaGammaParameters {
  return { p, q, gamma };
}

import { ModelDataError } from './errors.js';
import type { Matrix, Vector } from './linear-algebra.js';
import { minimise } from './optimise.js';
import { lbeta } from './special-functions.js';
import { covarianceOfLogParameters, errorsOfLogParameters } from './standard-errors.js';
import { fitWarnings, type ModelWarning } from './warnings.js';

const { exp, log, sqrt } = Math;

/**
 * Gamma-Gamma (Fader & Hardie, note 025): a purchase's value is Gamma(`p`, rate ν), ν differs between customers as
 * Gamma(`q`, rate `gamma`). All three are positive; `gamma` has the unit of the values.
 */
export type GammaGammaParameters = { readonly p: number; readonly q: number; readonly gamma: number };

/** In the order of `logCovariance`. */
export const GAMMA_GAMMA_NAMES = ['p', 'q', 'gamma'] as const satisfies readonly (keyof GammaGammaParameters)[];

/** `x` repeat occasions with mean value `zbar` (null when x is 0); a customer summary is one. */
export type SpendHistory = { readonly x: number; readonly zbar: number | null };

export type GammaGammaFit = {
  readonly parameters: GammaGammaParameters;
  /** In the units of the parameters; null when the data do not pin all three down. */
  readonly standardErrors: GammaGammaParameters | null;
  /** Covariance of ln p, ln q, ln gamma; null with `standardErrors`. */
  readonly logCovariance: Matrix | null;
  readonly logLikelihood: number;
  /** Customers with x > 0 and a positive mean value: those the model was fitted on. */
  readonly customers: number;
  /** Customers with x > 0 who were left out because their mean value is 0 or below (returns). */
  readonly leftOut: number;
  /** Pearson correlation of x and zbar; the model assumes none. Null when either does not vary. */
  readonly correlation: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly ModelWarning[];
};

type Spender = { readonly x: number; readonly zbar: number };
/** A spender as the likelihood reads it: what does not depend on the parameters is computed once. */
type SpendRow = { readonly x: number; readonly sum: number; readonly logSum: number };
type SpendRows = {
  readonly rows: readonly SpendRow[];
  readonly byX: ReadonlyMap<number, number>;
  readonly logZbar: number;
};

const PARAMETERS = 3;
/** From here on (either sign) values and frequencies are too much alike for a model that takes them as independent. */
const HIGH_CORRELATION = 0.3;

/**
 * Fits Gamma-Gamma by maximum likelihood (note 025, eq. 1a) on the customers with repeat purchases.
 * Throws `no-repeat-buyers`, `too-few-rows` with fewer of them than parameters, `invalid-history`. `warnings` say where its assumptions look violated.
 */
export function fitGammaGamma(histories: Iterable<SpendHistory>): GammaGammaFit {
  const repeaters = [...histories].filter(isRepeater);
  // Sorted, so that the order of the rows does not reach the sums.
  const spenders = repeaters.filter(({ zbar }) => zbar > 0).sort((a, b) => a.x - b.x || a.zbar - b.zbar);
  checkEnough(repeaters.length, spenders.length);
  // Values are taken relative to their mean, so that the start at 1 is right for cents and for millions.
  const unit = spenders.reduce((sum, { zbar }) => sum + zbar, 0) / spenders.length;
  const rows = rowsOf(spenders, unit);
  const negative = (theta: Vector): number => -logLikelihood(named(theta.map(exp)), rows);
  const { point, iterations, converged } = minimise((theta) => negative(theta) / spenders.length, [0, 0, 0]);
  const covariance = covarianceOfLogParameters(negative, point);
  const inUnits = ({ p, q, gamma }: GammaGammaParameters): GammaGammaParameters => ({ p, q, gamma: gamma * unit });
  const parameters = inUnits(named(point.map(exp)));
  const standardErrors = covariance === undefined ? null : inUnits(named(errorsOfLogParameters(point, covariance)));
  const correlation = correlationOf(spenders);
  return {
    parameters,
    standardErrors,
    logCovariance: covariance ?? null,
    logLikelihood: -negative(point) - spenders.length * log(unit),
    customers: spenders.length,
    leftOut: repeaters.length - spenders.length,
    correlation,
    iterations,
    converged,
    warnings: [
      ...fitWarnings({ converged, logCovariance: covariance ?? null }),
      ...assumptionWarnings(parameters, correlation),
    ],
  };
}

function checkEnough(repeaters: number, spenders: number): void {
  if (repeaters === 0) throw new ModelDataError('no-repeat-buyers', 'Gamma-Gamma needs customers who bought again');
  if (spenders === 0) {
    const message = `none of the ${repeaters} customers who bought again has a mean value above 0`;
    throw new ModelDataError('no-repeat-buyers', message);
  }
  if (spenders < PARAMETERS) {
    const message = `Gamma-Gamma has ${PARAMETERS} parameters, ${spenders} customers who bought again cannot carry them`;
    throw new ModelDataError('too-few-rows', message);
  }
}

function assumptionWarnings({ q }: GammaGammaParameters, correlation: number | null): readonly ModelWarning[] {
  const warnings: ModelWarning[] = [];
  if (correlation !== null && Math.abs(correlation) >= HIGH_CORRELATION) {
    const message = `x and zbar correlate by ${correlation.toFixed(2)}, the model takes them as independent`;
    warnings.push({ code: 'value-depends-on-frequency', message });
  }
  if (q <= 1)
    warnings.push({ code: 'no-population-mean', message: `q ${q} is not above 1, so there is no mean value` });
  return warnings;
}

/**
 * E[M | x, zbar]: mean value of a customer's future purchases; the population mean for x = 0. It exists where p·x + q > 1: with
 * q ≤ 1 customers with purchases enough still have one, but the population has none.
 * Throws `invalid-history`, or `invalid-parameters` when the mean does not exist.
 */
export function expectedSpend({ p, q, gamma }: GammaGammaParameters, history: SpendHistory): number {
  const value = isRepeater(history) ? history.x * history.zbar : 0;
  if (!(p > 0 && q > 0 && p * history.x + q > 1 && gamma > 0)) {
    throw new ModelDataError('invalid-parameters', `Gamma-Gamma has no mean for p ${p}, q ${q}, gamma ${gamma}`);
  }
  return (p * (gamma + value)) / (p * history.x + q - 1);
}

/** Mean value of a purchase over all customers, p·γ/(q − 1). Throws `invalid-parameters` when q ≤ 1. */
export function meanSpend(parameters: GammaGammaParameters): number {
  return expectedSpend(parameters, { x: 0, zbar: null });
}

function rowsOf(spenders: readonly Spender[], unit: number): SpendRows {
  const byX = new Map<number, number>();
  for (const { x } of spenders) byX.set(x, (byX.get(x) ?? 0) + 1);
  const rows = spenders
    .map(({ x, zbar }) => ({ x, sum: (x * zbar) / unit }))
    .sort((a, b) => a.x - b.x || a.sum - b.sum)
    .map((row) => ({ ...row, logSum: log(row.sum) }));
  return { rows, byX, logZbar: rows.reduce((total, { x, logSum }) => total + logSum - log(x), 0) };
}

function logLikelihood({ p, q, gamma }: GammaGammaParameters, { rows, byX, logZbar }: SpendRows): number {
  let total = rows.length * q * log(gamma) - logZbar;
  // Apart, because ln B depends on x alone and is much dearer than the rest.
  for (const [x, customers] of byX) total -= customers * lbeta(p * x, q);
  for (const { x, sum, logSum } of rows) total += p * x * logSum - (p * x + q) * log(gamma + sum);
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
  return scatterX > 0 && scatterZ > 0 ? together / sqrt(scatterX * scatterZ) : null;
}

function named([p = NaN, q = NaN, gamma = NaN]: Vector): GammaGammaParameters {
  return { p, q, gamma };
}

import { logDropoutIntegral } from './dropout-integral.js';
import { fitUnder, type PurchaseFit } from './purchase-model-fit.js';
import { scoreUnder, type PurchaseModel, type PurchaseScore } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';

const { expm1, log, log1p } = Math;

/**
 * Pareto/NBD (Schmittlein, Morrison & Colombo 1987): purchase rates are Gamma(`r`, rate `alpha` in weeks), lifetimes are
 * exponential with rates Gamma(`s`, rate `beta` in weeks). All four are positive.
 */
export type ParetoNbdParameters = {
  readonly r: number;
  readonly alpha: number;
  readonly s: number;
  readonly beta: number;
};
export type ParetoNbdFit = PurchaseFit<'pareto-nbd', ParetoNbdParameters>;

/** In the form of Fader & Hardie 2005, "A note on deriving the Pareto/NBD model and related expressions". */
export const PARETO_NBD = {
  name: 'pareto-nbd',
  parameterNames: ['r', 'alpha', 's', 'beta'],
  logPurchase: ({ r }, count) => (count === 0 ? 0 : log(r + count - 1)),
  logStayed: ({ r, alpha, s, beta }, x, T) => -r * log1p(T / alpha) - x * log(alpha + T) - s * log1p(T / beta),
  logOddsGone: (parameters, history) => log(parameters.s) + logDropoutIntegral(parameters, history),
  expectedWhenAlive({ r, alpha, s, beta }, weeks, { x, T }) {
    const lived = log1p(weeks / (beta + T));
    const power = (s - 1) * lived;
    // (1 − e^(−v))/v, which is 1 at s = 1 where the published form has 0/0.
    const share = power === 0 ? 1 : -expm1(-power) / power;
    return ((r + x) / (alpha + T)) * (beta + T) * lived * share;
  },
  origin: ({ beta }, T) => beta + T,
} as const satisfies PurchaseModel<ParetoNbdParameters>;

/** Fits Pareto/NBD as `fitBgNbd` fits BG/NBD. Throws as it does. */
export function fitParetoNbd(histories: Iterable<PurchaseHistory>): ParetoNbdFit {
  return fitUnder(PARETO_NBD, histories);
}

/**
 * P(alive) and purchases expected in the `weeks` after T.
 * Throws `invalid-parameters`, `invalid-history`, or `invalid-value` when `weeks` is not a finite number ≥ 0.
 */
export function scoreParetoNbd(
  parameters: ParetoNbdParameters,
  weeks: number,
  history: PurchaseHistory,
): PurchaseScore {
  return scoreUnder(PARETO_NBD, { parameters, weeks }, history);
}

import { purchasesBeforeLeaving } from './leaving-after-purchase.js';
import { fitUnder, type PurchaseFit } from './purchase-model-fit.js';
import { aliveUnder, scoreUnder, type PurchaseModel, type PurchaseScore } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';

const { log, log1p } = Math;

/**
 * BG/NBD (Fader, Hardie & Lee 2005): purchase rates are Gamma(`r`, rate `alpha` in weeks), the chance of leaving after a
 * repeat purchase is Beta(`a`, `b`). All four are positive.
 */
export type BgNbdParameters = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };
export type BgNbdFit = PurchaseFit<'bg-nbd', BgNbdParameters>;
export type BgNbdScore = PurchaseScore;

/** The likelihood of Fader, Hardie & Lee 2005, eq. 6. */
export const BG_NBD = {
  name: 'bg-nbd',
  parameterNames: ['r', 'alpha', 'a', 'b'],
  logPurchase: ({ r, a, b }, count) =>
    count === 0 ? 0 : log(((r + count - 1) * (b + count - 1)) / (a + b + count - 1)),
  logStayed: ({ r, alpha }, x, T) => -r * log1p(T / alpha) - x * log(alpha + T),
  logOddsGone: ({ r, alpha, a, b }, { x, tx, T }) =>
    x === 0 ? -Infinity : log(a / (b + x - 1)) + (r + x) * log1p((T - tx) / (alpha + tx)),
  expectedWhenAlive: purchasesBeforeLeaving,
  origin: ({ alpha }, T) => alpha + T,
} as const satisfies PurchaseModel<BgNbdParameters>;

/**
 * Fits BG/NBD by maximum likelihood from a start at all ones; the order of the customers does not matter.
 * Throws `no-customers`, `no-repeat-buyers`, `too-few-rows` or `invalid-history`; `warnings` say how far to trust it.
 */
export function fitBgNbd(histories: Iterable<PurchaseHistory>): BgNbdFit {
  return fitUnder(BG_NBD, histories);
}

/**
 * P(still a customer at T | x, tx, T), between 0 and 1; 1 for x = 0 (Fader, Hardie & Lee 2008, note 021).
 * Throws `invalid-parameters` or `invalid-history`.
 */
export function pAlive(parameters: BgNbdParameters, history: PurchaseHistory): number {
  return aliveUnder(BG_NBD, parameters, history);
}

/**
 * E[Y(t) | x, tx, T]: purchases expected in the `weeks` after T (Fader, Hardie & Lee 2005, eq. 10).
 * Throws `invalid-parameters`, `invalid-history`, or `invalid-value` when `weeks` is not a finite number ≥ 0.
 */
export function expectedPurchases(parameters: BgNbdParameters, weeks: number, history: PurchaseHistory): number {
  return scoreBgNbd(parameters, weeks, history).expectedPurchases;
}

/** Both scores of one customer, for the cost of one. Throws as `expectedPurchases` does. */
export function scoreBgNbd(parameters: BgNbdParameters, weeks: number, history: PurchaseHistory): BgNbdScore {
  return scoreUnder(BG_NBD, { parameters, weeks }, history);
}

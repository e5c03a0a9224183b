import { expectedWhenAlive } from './bg-nbd-expectation.js';
import { checkBgNbdParameters, checkHistory, type BgNbdParameters } from './bg-nbd-parameters.js';
import { ModelDataError } from './errors.js';
import type { PurchaseHistory } from './purchase-summary.js';

export type BgNbdScore = { readonly pAlive: number; readonly expectedPurchases: number };

/**
 * P(still a customer at T | x, tx, T), between 0 and 1; 1 for x = 0 (Fader, Hardie & Lee 2008, note 021).
 * Throws `invalid-parameters` or `invalid-history`.
 */
export function pAlive(parameters: BgNbdParameters, history: PurchaseHistory): number {
  checkBgNbdParameters(parameters);
  checkHistory(history);
  return 1 / (1 + oddsGone(parameters, history));
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
  checkBgNbdParameters(parameters);
  checkHistory(history);
  if (!(weeks >= 0 && weeks < Infinity)) {
    throw new ModelDataError('invalid-value', `weeks must be a finite number ≥ 0, not ${weeks}`);
  }
  const alive = 1 / (1 + oddsGone(parameters, history));
  return { pAlive: alive, expectedPurchases: alive === 0 ? 0 : alive * expectedWhenAlive(parameters, weeks, history) };
}

function oddsGone({ r, alpha, a, b }: BgNbdParameters, { x, tx, T }: PurchaseHistory): number {
  if (x === 0) return 0;
  return (a / (b + x - 1)) * Math.exp((r + x) * Math.log((alpha + T) / (alpha + tx)));
}

import type { BgNbdParameters } from './bg-nbd.js';
import { purchasesBeforeLeaving } from './leaving-after-purchase.js';
import { fitUnder, type PurchaseFit } from './purchase-model-fit.js';
import { scoreUnder, type PurchaseModel, type PurchaseScore } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';

const { log, log1p } = Math;

/** As in BG/NBD, but a customer can leave after the first purchase too, with the same chance. */
export type MbgNbdParameters = BgNbdParameters;
export type MbgNbdFit = PurchaseFit<'mbg-nbd', MbgNbdParameters>;

/** Batislam, Denizel & Filiztekin 2007; the same model as CBG/NBD of Hoppe & Wagner 2007. */
export const MBG_NBD = {
  name: 'mbg-nbd',
  parameterNames: ['r', 'alpha', 'a', 'b'],
  logPurchase: ({ r, a, b }, count) => log(((count === 0 ? 1 : r + count - 1) * (b + count)) / (a + b + count)),
  logStayed: ({ r, alpha }, x, T) => -r * log1p(T / alpha) - x * log(alpha + T),
  logOddsGone: ({ r, alpha, a, b }, { x, tx, T }) => log(a / (b + x)) + (r + x) * log1p((T - tx) / (alpha + tx)),
  // Given that the customer stayed x + 1 times, the chance of leaving is Beta(a, b+x+1): BG/NBD's with b one larger.
  expectedWhenAlive: (parameters, weeks, history) =>
    purchasesBeforeLeaving({ ...parameters, b: parameters.b + 1 }, weeks, history),
  origin: ({ alpha }, T) => alpha + T,
} as const satisfies PurchaseModel<MbgNbdParameters>;

/** Fits MBG/NBD as `fitBgNbd` fits BG/NBD. Throws as it does. */
export function fitMbgNbd(histories: Iterable<PurchaseHistory>): MbgNbdFit {
  return fitUnder(MBG_NBD, histories);
}

/**
 * P(alive), below 1 for x = 0 too, and purchases expected in the `weeks` after T.
 * Throws `invalid-parameters`, `invalid-history`, or `invalid-value` when `weeks` is not a finite number ≥ 0.
 */
export function scoreMbgNbd(parameters: MbgNbdParameters, weeks: number, history: PurchaseHistory): PurchaseScore {
  return scoreUnder(MBG_NBD, { parameters, weeks }, history);
}

import { ModelDataError } from './errors.js';
import type { PurchaseHistory } from './purchase-summary.js';

/**
 * BG/NBD (Fader, Hardie & Lee 2005): purchase rates are Gamma(`r`, rate `alpha` in weeks), the chance of leaving after a
 * repeat purchase is Beta(`a`, `b`). All four are positive.
 */
export type BgNbdParameters = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };

/** Throws `invalid-parameters` unless all four are positive finite numbers. */
export function checkBgNbdParameters(parameters: BgNbdParameters): void {
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    const value = parameters[name];
    if (!(value > 0 && value < Infinity)) {
      throw new ModelDataError('invalid-parameters', `BG/NBD ${name} must be positive, not ${value}`);
    }
  }
}

/** Throws `invalid-history` unless x is a whole number ≥ 0, 0 ≤ tx ≤ T, and tx is 0 exactly when x is 0. */
export function checkHistory({ x, tx, T }: PurchaseHistory): void {
  const possible = x >= 0 && Number.isInteger(x) && tx >= 0 && tx <= T && T < Infinity && (x === 0) === (tx === 0);
  if (!possible) throw new ModelDataError('invalid-history', `no purchase history has x ${x}, tx ${tx}, T ${T}`);
}

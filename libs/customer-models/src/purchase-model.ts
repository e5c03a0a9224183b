import { ModelDataError } from './errors.js';
import { checkHistory } from './purchase-histories.js';
import type { PurchaseHistory } from './purchase-summary.js';

const { exp } = Math;

export type PurchaseScore = {
  /** P(still a customer at T), 0…1. */
  readonly pAlive: number;
  /** Purchase occasions expected in the weeks asked for. */
  readonly expectedPurchases: number;
};

/** All that the future of one who is still a customer depends on: when the last purchase was says no more then. */
export type SurvivorHistory = Pick<PurchaseHistory, 'x' | 'T'>;

/**
 * What tells one "buy till you die" model from another. In all of them the likelihood of a history is that of a
 * customer who stayed, times 1 + the odds that the customer is gone at T; only the pieces differ.
 */
export type PurchaseModel<Parameters> = {
  readonly name: string;
  readonly parameterNames: readonly (keyof Parameters & string)[];
  /** ln of the factor that repeat purchase number `count` adds for one who stayed; `count` 0: the factor before any. */
  logPurchase(parameters: Parameters, count: number): number;
  /** ln of the rest of the likelihood of one who stayed. */
  logStayed(parameters: Parameters, x: number, T: number): number;
  /** ln of P(gone at T)/P(alive at T); −Infinity when nobody can be gone. */
  logOddsGone(parameters: Parameters, history: PurchaseHistory): number;
  /** Purchases in the `weeks` after T of one who is still a customer at T; smooth in ln(origin + weeks). */
  expectedWhenAlive(parameters: Parameters, weeks: number, history: SurvivorHistory): number;
  origin(parameters: Parameters, T: number): number;
};

/** Throws `invalid-parameters` unless every parameter is a positive finite number. */
export function checkParameters<Parameters extends Readonly<Record<string, number>>>(
  { name, parameterNames }: Pick<PurchaseModel<Parameters>, 'name' | 'parameterNames'>,
  parameters: Parameters,
): void {
  for (const parameter of parameterNames) {
    const value = parameters[parameter];
    if (value === undefined || !(value > 0 && value < Infinity)) {
      throw new ModelDataError(
        'invalid-parameters',
        `${name} ${parameter} must be positive, not ${value ?? 'missing'}`,
      );
    }
  }
}

/** Throws `invalid-value` unless `weeks` is a finite number ≥ 0. */
export function checkWeeks(weeks: number): void {
  if (!(weeks >= 0 && weeks < Infinity)) {
    throw new ModelDataError('invalid-value', `weeks must be a finite number ≥ 0, not ${weeks}`);
  }
}

/** P(alive) of one customer. Throws `invalid-parameters`, `invalid-history`. */
export function aliveUnder<Parameters extends Readonly<Record<string, number>>>(
  model: PurchaseModel<Parameters>,
  parameters: Parameters,
  history: PurchaseHistory,
): number {
  checkParameters(model, parameters);
  checkHistory(history);
  return 1 / (1 + exp(model.logOddsGone(parameters, history)));
}

/** Both scores of one customer. Throws `invalid-parameters`, `invalid-history`, `invalid-value`. */
export function scoreUnder<Parameters extends Readonly<Record<string, number>>>(
  model: PurchaseModel<Parameters>,
  { parameters, weeks }: { readonly parameters: Parameters; readonly weeks: number },
  history: PurchaseHistory,
): PurchaseScore {
  checkWeeks(weeks);
  const pAlive = aliveUnder(model, parameters, history);
  return { pAlive, expectedPurchases: pAlive === 0 ? 0 : pAlive * model.expectedWhenAlive(parameters, weeks, history) };
}

import { discountedSurvival } from './discounted-survival.js';
import { ModelDataError } from './errors.js';

/**
 * Shifted-beta-geometric (Fader & Hardie 2007): at the end of every period a customer leaves with a chance of his own,
 * which is Beta(`alpha`, `beta`) over customers. Both are positive.
 */
export type SbgParameters = { readonly alpha: number; readonly beta: number };

/**
 * Share of a cohort that is still there after `periods` renewals, S(t) (Fader & Hardie 2007, eq. 6), 1 for none.
 * Throws `invalid-parameters`, or `invalid-value` unless `periods` is a whole number ≥ 0.
 */
export function sbgSurvival(parameters: SbgParameters, periods: number): number {
  checkSbgParameters(parameters);
  checkPeriods(periods, 0);
  let survival = 1;
  for (let t = 1; t <= periods; t += 1) survival *= renewalRate(parameters, t);
  return survival;
}

/**
 * Share of those who reached renewal number `period` (1 is the first) that renew then, r(t) = (β+t−1)/(α+β+t−1)
 * (Fader & Hardie 2007, eq. 8). Throws `invalid-parameters`, or `invalid-value` unless `period` is a whole number ≥ 1.
 */
export function sbgRetention(parameters: SbgParameters, period: number): number {
  checkSbgParameters(parameters);
  checkPeriods(period, 1);
  return renewalRate(parameters, period);
}

/**
 * Discounted expected lifetime of a new customer in periods, the first one paid at once: Σ S(t)/(1+d)^t from t = 0, which is
 * ₂F₁(1, β; α+β; 1/(1+d)) (Fader & Hardie 2010, eq. 4). Times the margin of a period it is the value of a new customer.
 * `discount` is per period, however small. Throws `invalid-parameters`, or `invalid-value` unless 0 < discount < ∞.
 */
export function sbgLifetime(parameters: SbgParameters, discount: number): number {
  checkSbgParameters(parameters);
  checkDiscount(discount);
  return discountedSurvival(parameters, discount);
}

/**
 * Discounted expected residual lifetime in periods of a customer in period `period` who has not yet decided on renewal number
 * `period`: r(n) · ₂F₁(1, β+n; α+β+n; 1/(1+d)) (Fader & Hardie 2010, eq. 7). The payment that this renewal would bring counts
 * in full. Throws as `sbgRetention` and `sbgLifetime` do.
 */
export function sbgResidualLifetime(parameters: SbgParameters, period: number, discount: number): number {
  const renews = sbgRetention(parameters, period);
  const { alpha, beta } = parameters;
  checkDiscount(discount);
  return renews * discountedSurvival({ alpha, beta: beta + period }, discount);
}

function renewalRate({ alpha, beta }: SbgParameters, period: number): number {
  return (beta + period - 1) / (alpha + beta + period - 1);
}

function checkDiscount(discount: number): void {
  if (!(discount > 0 && discount < Infinity)) {
    throw new ModelDataError('invalid-value', `discount must be a positive finite number, not ${discount}`);
  }
}

function checkPeriods(periods: number, least: number): void {
  if (!Number.isInteger(periods) || periods < least) {
    throw new ModelDataError('invalid-value', `period must be a whole number ≥ ${least}, not ${periods}`);
  }
}

function checkSbgParameters(parameters: SbgParameters): void {
  for (const name of ['alpha', 'beta'] as const) {
    const value = parameters[name];
    if (!(value > 0 && value < Infinity)) {
      throw new ModelDataError('invalid-parameters', `sBG ${name} must be positive, not ${value}`);
    }
  }
}

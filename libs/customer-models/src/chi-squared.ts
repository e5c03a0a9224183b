import { ModelDataError, unconverged } from './errors.js';
import { awayFromZero } from './lentz.js';
import { lgamma } from './special-functions.js';

const PRECISION = 1e-15;
const MOST_TERMS = 1_000_000;

/**
 * P(χ² > value) with `degrees` of freedom (need not be whole); 1 for a value ≤ 0. Keeps its digits far out in the tail.
 * Throws `invalid-value` unless 0 < degrees < ∞ and the value is a number.
 */
export function chiSquaredUpperTail(value: number, degrees: number): number {
  if (Number.isNaN(value) || !(degrees > 0 && degrees < Infinity)) {
    throw new ModelDataError('invalid-value', `no χ² of ${value} with ${degrees} degrees of freedom`);
  }
  if (value <= 0) return 1;
  if (value === Infinity) return 0;
  const [shape, x] = [degrees / 2, value / 2];
  const front = Math.exp(shape * Math.log(x) - x - lgamma(shape));
  return x < shape + 1 ? 1 - front * lowerSeries(shape, x) : front * upperFraction(shape, x);
}

/** γ(a, x)/(xᵃe⁻ˣ) by its power series (Abramowitz & Stegun 6.5.29). */
function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    term *= x / (shape + n);
    sum += term;
    if (term < PRECISION * sum) return sum;
  }
  throw unconverged(`P(χ² > ${2 * x})`);
}

/** Γ(a, x)/(xᵃe⁻ˣ) by its continued fraction (A&S 6.5.31, even part), evaluated forwards (modified Lentz). */
function upperFraction(shape: number, x: number): number {
  let partial = x + 1 - shape;
  let numerator = 1 / awayFromZero(0);
  let denominator = 1 / partial;
  let value = denominator;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const factor = -n * (n - shape);
    partial += 2;
    denominator = 1 / awayFromZero(factor * denominator + partial);
    numerator = awayFromZero(partial + factor / numerator);
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) < PRECISION) return value;
  }
  throw unconverged(`P(χ² > ${2 * x})`);
}

import { ModelDataError, unconverged } from './errors.js';

// Taken once, here and in the other hot files: looked up at every call, globals of a VM context (Jest) cost ten times as
// much as the functions themselves.
const { exp, log, log1p } = Math;

const HALF_LOG_TWO_PI = 0.5 * log(2 * Math.PI);
const STIRLING_FROM = 10;
const SERIES_PRECISION = 1e-14;
const FRACTION_PRECISION = 1e-15;
const MOST_TERMS = 2_000_000;

/** Bernoulli terms of Stirling's series for ln Γ (Abramowitz & Stegun 6.1.41); below 1e-16 off from x = 10 on. */
function stirlingCorrection(x: number): number {
  const w = 1 / (x * x);
  const tail = w * (1 / 1188 - w * (691 / 360360 - w / 156));
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - tail)))) / x;
}

/**
 * ln Γ(x) for x > 0, relative error about 1e-15, beside the zeros at 1 and 2 absolute (recurrence up to 10, then
 * Stirling's series); Infinity from 2.56e305 on. Throws `invalid-value` unless 0 < x < ∞.
 */
export function lgamma(x: number): number {
  if (!(x > 0 && x < Infinity)) throw new ModelDataError('invalid-value', `ln Γ is not defined here for ${x}`);
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const stirling = (shifted - 0.5) * log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingCorrection(shifted);
  return stirling - log(product);
}

/**
 * ln B(a, b), which keeps its digits when one argument is much larger than the other; −Infinity where it is below the
 * smallest number. Throws `invalid-value` unless 0 < a, b < ∞.
 */
export function lbeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (!(small > 0 && large < Infinity)) {
    throw new ModelDataError('invalid-value', `ln B is not defined here for ${a}, ${b}`);
  }
  if (large < STIRLING_FROM) return lgamma(a) + lgamma(b) - lgamma(a + b);
  const corrections = stirlingCorrection(large) - stirlingCorrection(a + b);
  const ofLarge = -(large - 0.5) * log1p(small / large);
  if (small < STIRLING_FROM) return lgamma(small) + ofLarge - small * log(a + b) + small + corrections;
  const ofSmall = HALF_LOG_TWO_PI - 0.5 * log(small) + stirlingCorrection(small) - small * log1p(large / small);
  return ofLarge + ofSmall + corrections;
}

export type Hyp2f1Parameters = { readonly a: number; readonly b: number; readonly c: number };

/**
 * `(₂F₁(a, b; c; z) − 1) · c / (a·b)` by its power series, for 0 ≤ z < 1 and c > −1.
 * Unlike ₂F₁ it stays finite where a, b or c pass through 0. Throws `invalid-value` elsewhere, and where two million terms
 * are not enough (z is too close to 1).
 */
export function hyp2f1Tail({ a, b, c }: Hyp2f1Parameters, z: number): number {
  if (!(c > -1 && z >= 0 && z < 1)) {
    throw new ModelDataError('invalid-value', `₂F₁(${a}, ${b}; ${c}; ${z}) is not defined here`);
  }
  let term = z;
  let sum = z;
  const enough = SERIES_PRECISION * (1 - z);
  let n = 1;
  for (; n < MOST_TERMS && Math.abs(term) > enough * Math.abs(sum); n += 1) {
    term *= (((a + n) * (b + n)) / ((c + n) * (1 + n))) * z;
    sum += term;
  }
  if (n === MOST_TERMS || !Number.isFinite(sum)) throw unconverged(`₂F₁(${a}, ${b}; ${c}; ${z})`);
  return sum;
}

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) by its power series, for 0 ≤ z < 1 and c > 0.
 * Throws `invalid-value` elsewhere, and where two million terms are not enough (z is too close to 1).
 */
export function hyp2f1({ a, b, c }: Hyp2f1Parameters, z: number): number {
  if (!(c > 0)) throw new ModelDataError('invalid-value', `₂F₁(${a}, ${b}; ${c}; ${z}) is not defined here`);
  return 1 + ((a * b) / c) * hyp2f1Tail({ a, b, c }, z);
}

/**
 * ₂F₁(1, b; c; z) for 0 ≤ z < 1 and 0 < b ≤ c, by Gauss's continued fraction (DLMF 15.7),
 * evaluated forwards (modified Lentz). About 40/√(1−z) steps at most, where the series takes 32/(1−z).
 * Throws `invalid-value` elsewhere, and where two million steps are not enough.
 */
export function hyp2f1WithOne(b: number, c: number, z: number): number {
  if (!(b > 0 && b <= c && c < Infinity && z >= 0 && z < 1)) {
    throw new ModelDataError('invalid-value', `₂F₁(1, ${b}; ${c}; ${z}) is not defined here`);
  }
  let numerator = 1;
  let denominator = 0;
  let value = 1;
  for (let k = 0; k < MOST_TERMS; k += 1) {
    const odd = (-(b + k) * (c - 1 + k) * z) / ((c - 1 + 2 * k) * (c + 2 * k));
    denominator = 1 / (1 + odd * denominator);
    numerator = 1 + odd / numerator;
    value *= numerator * denominator;
    const even = (-(k + 1) * (c - b + k) * z) / ((c + 2 * k) * (c + 1 + 2 * k));
    denominator = 1 / (1 + even * denominator);
    numerator = 1 + even / numerator;
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) < FRACTION_PRECISION) return 1 / value;
  }
  throw unconverged(`₂F₁(1, ${b}; ${c}; ${z})`);
}

/** ln(1 + eᵛ), without overflow for large v. */
export function log1pExp(v: number): number {
  return v > 0 ? v + log1p(exp(-v)) : log1p(exp(v));
}

import { ModelDataError, unconverged } from './errors.js';
import { awayFromZero } from './lentz.js';
import { lbeta } from './special-functions.js';

const PRECISION = 1e-15;

/**
 * P(Z > z) of the standard normal; keeps its digits far out in the tail (series inside 3, continued fraction outside).
 * Throws `invalid-value` for NaN.
 */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) throw new ModelDataError('invalid-value', 'the normal distribution has no point NaN');
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) return 0.5 - density * normalSeries(z);
  let fraction = z;
  for (let n = 120; n > 0; n -= 1) fraction = z + n / fraction;
  return density / fraction;
}

function normalSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 3; term > PRECISION * sum; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return sum;
}

/** P(Z ≤ z) of the standard normal. Throws `invalid-value` for NaN. */
export function normalCdf(z: number): number {
  return normalUpperTail(-z);
}

/** The z with P(Z ≤ z) = p. Throws `invalid-value` unless 0 < p < 1. */
export function normalQuantile(p: number): number {
  checkProbability(p);
  return p < 0.5 ? -upperPoint(normalUpperTail, p) : upperPoint(normalUpperTail, 1 - p);
}

/**
 * P(|t| > |value|) of Student's t with `degrees` of freedom (need not be whole). Keeps its digits at both ends.
 * Throws `invalid-value` unless 0 < degrees < ∞ and the value is a number.
 */
export function studentTwoSided(value: number, degrees: number): number {
  checkDegrees(degrees);
  if (Number.isNaN(value)) throw new ModelDataError('invalid-value', 'the t distribution has no point NaN');
  const size = Math.abs(value);
  const squared = (size / Math.sqrt(degrees)) ** 2;
  // From here on the tail is its leading power, and soon the square overflows.
  if (squared > 1e300) {
    const logRatio = Math.log(size) - Math.log(degrees) / 2;
    return (2 * Math.exp(-degrees * logRatio - lbeta(degrees / 2, 0.5))) / degrees;
  }
  return betaBelow({ a: degrees / 2, b: 0.5 }, 1 / (1 + squared), squared / (1 + squared));
}

/**
 * The t with P(T ≤ t) = p of Student's t with `degrees` of freedom; infinite where it is beyond the largest number.
 * Throws `invalid-value` unless 0 < p < 1 and 0 < degrees < ∞.
 */
export function studentQuantile(p: number, degrees: number): number {
  checkProbability(p);
  checkDegrees(degrees);
  const upperTail = (t: number): number => studentTwoSided(t, degrees) / 2;
  return p < 0.5 ? -upperPoint(upperTail, p) : upperPoint(upperTail, 1 - p);
}

/** Smallest point ≥ 0 beyond which the falling `upperTail` leaves `tail`: doubling, then bisection to the last digit. */
function upperPoint(upperTail: (at: number) => number, tail: number): number {
  if (tail >= 0.5) return 0;
  let high = 1;
  while (upperTail(high) > tail) high *= 2;
  let low = high === 1 ? 0 : high / 2;
  for (let step = 0; step < 60 && high - low > PRECISION * high; step += 1) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Regularised incomplete beta I_x(a, b); 0 for x ≤ 0 and 1 for x ≥ 1.
 * Throws `invalid-value` unless 0 < a, b < ∞ and x is a number.
 */
export function regularisedBeta(a: number, b: number, x: number): number {
  if (Number.isNaN(x) || !(Math.min(a, b) > 0 && Math.max(a, b) < Infinity)) {
    throw new ModelDataError('invalid-value', `no incomplete beta of ${a}, ${b} at ${x}`);
  }
  return betaBelow({ a, b }, x, 1 - x);
}

/**
 * I_x(a, b) for x and what `rest` it leaves of 1, as one of them may be too small to show in the other: by the continued
 * fraction of A&S 26.5.8 on the side where it converges fast.
 */
function betaBelow({ a, b }: { readonly a: number; readonly b: number }, x: number, rest: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const [logX, logRest] = x < rest ? [Math.log(x), Math.log1p(-x)] : [Math.log1p(-rest), Math.log(rest)];
  const front = Math.exp(a * logX + b * logRest - lbeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, rest)) / b;
}

/** The continued fraction itself, evaluated forwards (modified Lentz). */
function betaFraction(a: number, b: number, x: number): number {
  let numerator = 1;
  let denominator = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let m = 1; m < 100_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const step of [even, odd]) {
      denominator = 1 / awayFromZero(1 + step * denominator);
      numerator = awayFromZero(1 + step / numerator);
      change = numerator * denominator;
      value *= change;
    }
    if (Math.abs(change - 1) < PRECISION) return value;
  }
  throw unconverged(`the incomplete beta of ${a}, ${b} at ${x}`);
}

function checkDegrees(degrees: number): void {
  if (!(degrees > 0 && degrees < Infinity)) {
    throw new ModelDataError('invalid-value', `no t distribution has ${degrees} degrees of freedom`);
  }
}

function checkProbability(p: number): void {
  if (!(p > 0 && p < 1)) throw new ModelDataError('invalid-value', `no quantile of ${p}`);
}

import { lbeta } from './special-functions.js';

const TINY = 1e-300;
const PRECISION = 1e-15;

/** P(Z > z) of the standard normal; keeps its digits far out in the tail (series inside 3, continued fraction outside). */
export function normalUpperTail(z: number): number {
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

/** P(Z ≤ z) of the standard normal. */
export function normalCdf(z: number): number {
  return normalUpperTail(-z);
}

/** The z with P(Z ≤ z) = p, for 0 < p < 1. */
export function normalQuantile(p: number): number {
  return p < 0.5 ? -upperPoint(normalUpperTail, p) : upperPoint(normalUpperTail, 1 - p);
}

/** P(|t| > |value|) of Student's t with `degrees` of freedom (need not be whole). */
export function studentTwoSided(value: number, degrees: number): number {
  return regularisedBeta(degrees / 2, 0.5, degrees / (degrees + value * value));
}

/** The t with P(T ≤ t) = p of Student's t with `degrees` of freedom, for 0 < p < 1. */
export function studentQuantile(p: number, degrees: number): number {
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

/** Regularised incomplete beta I_x(a, b), by the continued fraction of A&S 26.5.8 on the side where it converges fast. */
export function regularisedBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lbeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
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
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

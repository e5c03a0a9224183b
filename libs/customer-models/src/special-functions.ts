const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const STIRLING_FROM = 10;
const SERIES_PRECISION = 1e-14;
const MOST_TERMS = 2_000_000;

/** Bernoulli terms of Stirling's series for ln Γ (Abramowitz & Stegun 6.1.41); below 1e-16 off from x = 10 on. */
function stirlingCorrection(x: number): number {
  const w = 1 / (x * x);
  const tail = w * (1 / 1188 - w * (691 / 360360 - w / 156));
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - tail)))) / x;
}

/** ln Γ(x) for x > 0, relative error about 1e-15 (recurrence up to 10, then Stirling's series). */
export function lgamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingCorrection(shifted);
  return stirling - Math.log(product);
}

/** ln B(a, b) for a, b > 0. Keeps its digits when one argument is much larger than the other. */
export function lbeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < STIRLING_FROM) return lgamma(a) + lgamma(b) - lgamma(a + b);
  const sum = a + b;
  const ratio =
    -(large - 0.5) * Math.log1p(small / large) -
    small * Math.log(sum) +
    small +
    stirlingCorrection(large) -
    stirlingCorrection(sum);
  return lgamma(small) + ratio;
}

export type Hyp2f1Parameters = { readonly a: number; readonly b: number; readonly c: number };

/**
 * `(₂F₁(a, b; c; z) − 1) · c / (a·b)` by its power series, for 0 ≤ z < 1 and c > −1.
 * Unlike ₂F₁ it stays finite where a, b or c pass through 0.
 */
export function hyp2f1Tail({ a, b, c }: Hyp2f1Parameters, z: number): number {
  let term = z;
  let sum = z;
  const enough = SERIES_PRECISION * (1 - z);
  for (let n = 1; n < MOST_TERMS && Math.abs(term) > enough * Math.abs(sum); n += 1) {
    term *= (((a + n) * (b + n)) / ((c + n) * (1 + n))) * z;
    sum += term;
  }
  return sum;
}

/** Gauss's hypergeometric function ₂F₁(a, b; c; z) by its power series, for 0 ≤ z < 1 and c > 0. */
export function hyp2f1({ a, b, c }: Hyp2f1Parameters, z: number): number {
  return 1 + ((a * b) / c) * hyp2f1Tail({ a, b, c }, z);
}

/** ln(1 + eᵛ), without overflow for large v. */
export function log1pExp(v: number): number {
  return v > 0 ? v + Math.log1p(Math.exp(-v)) : Math.log1p(Math.exp(v));
}

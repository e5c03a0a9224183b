import type { PurchaseHistory } from './purchase-summary.js';
import { hyp2f1WithOne } from './special-functions.js';

const { exp, expm1, log, log1p } = Math;

type Rates = { readonly r: number; readonly alpha: number; readonly s: number; readonly beta: number };

/** Up to here the continued fraction of ₂F₁ is shorter than the quadrature. */
const LARGEST_ARGUMENT = 0.98;

/**
 * ln ∫ ((α+T)/(α+t))^(r+x) ((β+T)/(β+t))^s /(β+t) dt over tx ≤ t ≤ T: times s, the odds that a Pareto/NBD customer is
 * gone at T. It is −Infinity for tx = T.
 */
export function logDropoutIntegral(parameters: Rates, history: PurchaseHistory): number {
  const { alpha, beta } = parameters;
  const { tx, T } = history;
  if (tx === T) return -Infinity;
  const argument = Math.abs(alpha - beta) / (Math.max(alpha, beta) + tx);
  return argument <= LARGEST_ARGUMENT ? byHypergeometric(parameters, history) : byQuadrature(parameters, history);
}

/**
 * The integral from t to ∞ is a ₂F₁ of |α−β|/(max(α,β)+t) (Fader & Hardie 2005, "A note on implementing the Pareto/NBD
 * model in MATLAB"). Euler's transformation leaves `restOfIntegral` as its factor of order 1, and the powers in front
 * go on log scale, so that hundreds of purchases do not overflow.
 */
function byHypergeometric(parameters: Rates, { x, tx, T }: PurchaseHistory): number {
  const { r, alpha, s, beta } = parameters;
  const atEnd = restOfIntegral(parameters, x, T);
  const growth =
    (r + x) * log1p((T - tx) / (alpha + tx)) +
    s * log1p((T - tx) / (beta + tx)) +
    log(restOfIntegral(parameters, x, tx) / atEnd);
  const logDifference = growth > 1 ? growth + log1p(-exp(-growth)) : log(expm1(Math.max(0, growth)));
  return log(atEnd / (r + s + x)) + logDifference;
}

function restOfIntegral({ r, alpha, s, beta }: Rates, x: number, t: number): number {
  const c = r + s + x + 1;
  return alpha >= beta
    ? hyp2f1WithOne(r + x, c, (alpha - beta) / (alpha + t))
    : ((alpha + t) / (beta + t)) * hyp2f1WithOne(s + 1, c, (beta - alpha) / (beta + t));
}

const STEP = 1 / 8;
const MOST_STEPS = 27;

/** Nodes of the tanh-sinh rule on 0…1 (Takahasi & Mori 1974): how far from either end, and the weight. */
const NODES = Array.from({ length: 2 * MOST_STEPS + 1 }, (_, i) => {
  const at = (i - MOST_STEPS) * STEP;
  const bend = Math.PI * Math.sinh(at);
  const [done, left] = [1 / (1 + exp(-bend)), 1 / (1 + exp(bend))];
  return { done, left, weight: STEP * Math.PI * Math.cosh(at) * done * left };
});

/**
 * By quadrature in ln(min(α,β)+t), which takes the poles of the integrand away from the range, with nodes that crowd at
 * the ends, where the integrand of a far fit lives.
 */
function byQuadrature({ r, alpha, s, beta }: Rates, { x, tx, T }: PurchaseHistory): number {
  const origin = Math.min(alpha, beta);
  const range = log1p((T - tx) / (origin + tx));
  // The powers fall with t, so this is their largest value.
  const largest = (r + x) * log1p((T - tx) / (alpha + tx)) + s * log1p((T - tx) / (beta + tx));
  let sum = 0;
  for (const { done, left, weight } of NODES) {
    const beyond = (origin + tx) * expm1(range * done);
    const ahead = (origin + T) * -expm1(-range * left);
    const t = tx + beyond;
    const powers = (r + x) * log1p(ahead / (alpha + t)) + s * log1p(ahead / (beta + t));
    sum += weight * exp(powers - largest) * ((origin + t) / (beta + t));
  }
  return largest + log(range * sum);
}

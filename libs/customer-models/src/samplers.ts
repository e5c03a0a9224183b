import type { KeyedRandom } from './random.js';

const { exp, log, sqrt } = Math;

/** Exponential with the given rate: mean 1/rate. */
export function drawExponential(random: KeyedRandom, rate: number): number {
  return -log(random.uniform()) / rate;
}

/** Standard normal (Box & Muller 1958; one of the pair, so that every draw takes two uniforms). */
export function drawNormal(random: KeyedRandom): number {
  const radius = sqrt(-2 * log(random.uniform()));
  return radius * Math.cos(2 * Math.PI * random.uniform());
}

/** Gamma with mean shape/rate (Marsaglia & Tsang 2000; shapes below 1 by the power of a uniform). */
export function drawGamma(random: KeyedRandom, shape: number, rate: number): number {
  if (shape < 1) {
    const boost = exp(log(random.uniform()) / shape);
    return boost * drawGamma(random, shape + 1, rate);
  }
  const d = shape - 1 / 3;
  const c = 1 / sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(random);
    const cubed = (1 + c * normal) ** 3;
    if (cubed > 0 && log(random.uniform()) < 0.5 * normal * normal + d * (1 - cubed + log(cubed))) {
      return (d * cubed) / rate;
    }
  }
}

/** Beta(a, b), mean a/(a + b), from two gammas. */
export function drawBeta(random: KeyedRandom, a: number, b: number): number {
  const first = drawGamma(random, a, 1);
  const second = drawGamma(random, b, 1);
  // Both can underflow to 0 for tiny shapes, where the distribution sits on 0 and 1.
  return first + second > 0 ? first / (first + second) : Number(random.uniform() < a / (a + b));
}

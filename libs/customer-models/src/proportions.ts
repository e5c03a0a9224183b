import { ModelDataError } from './errors.js';
import { normalQuantile, normalUpperTail } from './distributions.js';

/** `successes` of `n`; both whole, 0 ≤ successes ≤ n. */
export type Proportion = { readonly successes: number; readonly n: number };
export type Interval = readonly [low: number, high: number];

/** Throws `invalid-counts` unless both are whole and 0 ≤ successes ≤ n, with n ≥ 1. */
export function checkProportion({ successes, n }: Proportion): void {
  const possible = Number.isInteger(successes) && Number.isInteger(n) && n >= 1 && successes >= 0 && successes <= n;
  if (!possible) throw new ModelDataError('invalid-counts', `${successes} of ${n} is not a proportion`);
}

/** Wilson's score interval of one proportion (Wilson 1927). Throws `invalid-counts`. */
export function wilsonInterval(proportion: Proportion, level = 0.95): Interval {
  checkProportion(proportion);
  const { successes, n } = proportion;
  const z = normalQuantile((1 + level) / 2);
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // Rounding alone would leave 1e-17 where the bound is 0 or 1 by definition.
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === n ? 1 : Math.min(1, centre + half)];
}

/** Interval of the difference first − second of two proportions: method 10 of Newcombe 1998. Throws `invalid-counts`. */
export function newcombeInterval(first: Proportion, second: Proportion, level = 0.95): Interval {
  const [low1, high1] = wilsonInterval(first, level);
  const [low2, high2] = wilsonInterval(second, level);
  const p1 = first.successes / first.n;
  const p2 = second.successes / second.n;
  const difference = p1 - p2;
  return [difference - Math.hypot(p1 - low1, high2 - p2), difference + Math.hypot(high1 - p1, p2 - low2)];
}

/** Two-sided p of the pooled two-proportion z test, without continuity correction; 1 when nobody or everybody succeeded. */
export function pooledTwoProportionP(first: Proportion, second: Proportion): number {
  checkProportion(first);
  checkProportion(second);
  const pooled = (first.successes + second.successes) / (first.n + second.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n));
  if (error === 0) return 1;
  return 2 * normalUpperTail(Math.abs(first.successes / first.n - second.successes / second.n) / error);
}

import { checkProportion, type Proportion } from './proportions.js';
import { lbeta } from './special-functions.js';

/** Tables as likely as the observed one count as such in spite of rounding (R's fisher.test uses the same). */
const TIE = 1 + 1e-7;

/**
 * Two-sided p of Fisher's exact test on two proportions: the sum over all tables with the same margins that are not
 * more likely than the observed one. Throws `invalid-counts`.
 */
export function fisherExactP(first: Proportion, second: Proportion): number {
  checkProportion(first);
  checkProportion(second);
  const successes = first.successes + second.successes;
  const fewest = Math.max(0, successes - second.n);
  const most = Math.min(successes, first.n);
  const logWeight = (k: number): number => logChoose(first.n, k) + logChoose(second.n, successes - k);
  const observed = logWeight(first.successes);
  let total = 0;
  let extreme = 0;
  for (let k = fewest; k <= most; k += 1) {
    const relative = Math.exp(logWeight(k) - observed);
    total += relative;
    if (relative <= TIE) extreme += relative;
  }
  return total === Infinity ? 0 : Math.min(1, extreme / total);
}

/** Small cells: a count under 5 is expected in one of the four, so the z test's normal approximation is poor. */
export function hasSmallCells(first: Proportion, second: Proportion): boolean {
  const pooled = (first.successes + second.successes) / (first.n + second.n);
  return Math.min(first.n, second.n) * Math.min(pooled, 1 - pooled) < 5;
}

function logChoose(n: number, k: number): number {
  return -Math.log(n + 1) - lbeta(n - k + 1, k + 1);
}

import { studentQuantile, studentTwoSided } from './distributions.js';
import { ModelDataError } from './errors.js';
import type { Interval } from './proportions.js';

/** Sums over a sample; members with nothing count in `n`. */
export type SampleSums = { readonly n: number; readonly sum: number; readonly squaredSum: number };

export type MeanDifference = {
  readonly difference: number;
  /** Null when a sample is too small or neither sample varies. */
  readonly interval: Interval | null;
  readonly p: number | null;
};

/**
 * Difference first − second of two means with unequal variances, interval and two-sided p by Student's t with the
 * degrees of freedom of Welch 1947 and Satterthwaite 1946. Throws `invalid-counts` for impossible sums.
 */
export function welchDifference(first: SampleSums, second: SampleSums, level = 0.95): MeanDifference {
  const difference = meanOf(first) - meanOf(second);
  if (first.n < 2 || second.n < 2) return { difference, interval: null, p: null };
  const part1 = varianceOf(first) / first.n;
  const part2 = varianceOf(second) / second.n;
  const error = Math.sqrt(part1 + part2);
  if (error === 0) {
    return difference === 0 ? { difference, interval: [0, 0], p: 1 } : { difference, interval: null, p: null };
  }
  const share = part1 / (part1 + part2);
  const degrees = 1 / ((share * share) / (first.n - 1) + ((1 - share) * (1 - share)) / (second.n - 1));
  const half = studentQuantile((1 + level) / 2, degrees) * error;
  return {
    difference,
    interval: [difference - half, difference + half],
    p: studentTwoSided(difference / error, degrees),
  };
}

function meanOf({ n, sum, squaredSum }: SampleSums): number {
  // By Cauchy-Schwarz sum² ≤ n · squaredSum; the slack is for rounding.
  const possible = Number.isInteger(n) && n >= 1 && Number.isFinite(sum) && sum * sum <= n * squaredSum * (1 + 1e-9);
  if (!possible || squaredSum === Infinity) {
    throw new ModelDataError('invalid-counts', `no sample of ${n} has sum ${sum} and squared sum ${squaredSum}`);
  }
  return sum / n;
}

function varianceOf({ n, sum, squaredSum }: SampleSums): number {
  const scatter = squaredSum - (sum * sum) / n;
  // What is left of equal values after rounding is no variance.
  return scatter <= squaredSum * 1e-12 ? 0 : scatter / (n - 1);
}

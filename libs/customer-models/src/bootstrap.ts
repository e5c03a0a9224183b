import { normalCdf, normalQuantile } from './distributions.js';
import { ModelDataError } from './errors.js';
import type { Interval } from './proportions.js';
import { keyedRandom, type KeyedRandom } from './random.js';
import { quantile } from './rfm.js';

export type BootstrapQuestion = {
  /** One value for each member, those with nothing included. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly seed?: number | string;
  /** Default 2,000. */
  readonly resamples?: number;
  /** Default .95. */
  readonly level?: number;
};

export type BootstrapDifference = {
  readonly difference: number;
  /** Null when a sample has fewer than two members, or when neither varies and they differ. */
  readonly interval: Interval | null;
  readonly method: 'bca';
  readonly resamples: number;
};

/** Non-zero values in ascending order among `n`. */
type Sample = { readonly n: number; readonly values: readonly number[]; readonly mean: number };

/**
 * Bootstrap interval of the difference first − second of two means, bias-corrected and accelerated (BCa; Efron 1987): for
 * revenue a member, which is mostly 0 and else skewed. The acceleration is that of the two means' influence values.
 * The same seed gives the same interval, whatever the order of the members. Throws `no-values`, `invalid-value`.
 */
export function bootstrapDifference(question: BootstrapQuestion): BootstrapDifference {
  const { seed = 1, resamples = 2_000, level = 0.95 } = question;
  if (!Number.isInteger(resamples) || resamples < 100) {
    throw new ModelDataError('invalid-value', `resamples must be a whole number ≥ 100, not ${resamples}`);
  }
  if (!(level > 0 && level < 1)) throw new ModelDataError('invalid-value', `level ${level} is not between 0 and 1`);
  const first = sampleOf('first', question.first);
  const second = sampleOf('second', question.second);
  const difference = first.mean - second.mean;
  const found = { difference, method: 'bca', resamples } as const;
  if (first.n < 2 || second.n < 2) return { ...found, interval: null };
  if (isConstant(first) && isConstant(second)) return { ...found, interval: difference === 0 ? [0, 0] : null };
  const [randomFirst, randomSecond] = [keyedRandom(seed, 'bootstrap:first'), keyedRandom(seed, 'bootstrap:second')];
  const drawn = new Float64Array(resamples);
  for (let i = 0; i < resamples; i += 1) drawn[i] = redrawnMean(first, randomFirst) - redrawnMean(second, randomSecond);
  drawn.sort();
  const shares = bcaShares(drawn, difference, { level, acceleration: accelerationOf(first, second) });
  return { ...found, interval: [quantile(drawn, shares[0]), quantile(drawn, shares[1])] };
}

/** Mean of `n` values drawn with replacement. The zeros between two others are skipped at once (their number is geometric). */
function redrawnMean({ n, values }: Sample, random: KeyedRandom): number {
  const many = values.length;
  if (many === 0) return 0;
  const logZero = Math.log1p(-many / n);
  let sum = 0;
  for (let at = 0; at < n; at += 1) {
    if (many < n) at += Math.floor(Math.log(random.uniform()) / logZero);
    if (at < n) sum += values[Math.floor(random.uniform() * many)] ?? 0;
  }
  return sum / n;
}

function bcaShares(
  drawn: Float64Array,
  difference: number,
  { level, acceleration }: { readonly level: number; readonly acceleration: number },
): readonly [number, number] {
  let below = 0;
  for (const value of drawn) below += value < difference ? 1 : value === difference ? 0.5 : 0;
  const least = 0.5 / drawn.length;
  const bias = normalQuantile(Math.min(1 - least, Math.max(least, below / drawn.length)));
  const share = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  const z = normalQuantile((1 + level) / 2);
  return [share(-z), share(z)];
}

/** Σ l³ / (6 (Σ l²)^1.5) over the influence values (x − mean)/n of the first sample and −(x − mean)/n of the second. */
function accelerationOf(first: Sample, second: Sample): number {
  const cubes = centralSum(first, 3) / first.n ** 3 - centralSum(second, 3) / second.n ** 3;
  const squares = centralSum(first, 2) / first.n ** 2 + centralSum(second, 2) / second.n ** 2;
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function centralSum({ n, values, mean }: Sample, power: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** power, (n - values.length) * (-mean) ** power);
}

function isConstant({ n, values }: Sample): boolean {
  return values.length === 0 || (values.length === n && values[0] === values.at(-1));
}

function sampleOf(name: 'first' | 'second', given: readonly number[]): Sample {
  if (given.length === 0) throw new ModelDataError('no-values', `the ${name} sample has no members`);
  const wrong = given.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new ModelDataError('invalid-value', `the ${name} sample has ${wrong}, not a finite number`);
  }
  const values = given.filter((value) => value !== 0).sort((a, b) => a - b);
  return { n: given.length, values, mean: values.reduce((sum, value) => sum + value, 0) / given.length };
}

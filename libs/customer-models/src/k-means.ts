import { ModelDataError } from './errors.js';
import { seedCentres, settle, squaredDistance, type Clustering, type PointSet } from './lloyd.js';
import { keyedRandom } from './random.js';
import { silhouetteOf } from './silhouette.js';
import { NOT_CONVERGED, type ModelWarning } from './warnings.js';

export type KMeansOptions = {
  /** Number of clusters, a whole number ≥ 1. */
  readonly clusters: number;
  /** Runs from different centres, of which the best counts; default 20. */
  readonly starts?: number;
  readonly seed?: number | string;
  /** `standard` (default) gives every column standard deviation 1, so that no unit outweighs another; `none` takes them as they are. */
  readonly scaling?: 'standard' | 'none';
  /** Names of the columns for warnings and errors; default: `column 1` and so on. */
  readonly names?: readonly string[];
};

export type Cluster = {
  readonly customers: number;
  /** In the units of the columns. */
  readonly centre: readonly number[];
  readonly withinSumOfSquares: number;
};

export type KMeansFit = {
  /** In ascending order of their centres, first column first. */
  readonly clusters: readonly Cluster[];
  /** Index into `clusters` for every row, in the order given. */
  readonly assignments: readonly number[];
  /** Sums of squares are on the scale that was clustered. */
  readonly withinSumOfSquares: number;
  readonly totalSumOfSquares: number;
  /** Mean silhouette (Rousseeuw 1987), of at most 1,000 rows; null with one cluster. */
  readonly silhouette: number | null;
  /** What every column was divided by. */
  readonly scales: readonly number[];
  readonly rows: number;
  /** Of the best start. */
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly ModelWarning[];
};

/**
 * k-means by Lloyd's algorithm from k-means++ centres (Arthur & Vassilvitskii 2007), the best of several starts. The same seed
 * gives the same clusters on every machine and for every order of the rows, which are sorted first.
 * Throws `invalid-value`, or `too-few-rows` with fewer distinct rows than clusters.
 */
export function fitKMeans(rows: readonly (readonly number[])[], options: KMeansOptions): KMeansFit {
  const { starts = 20, seed = 1, scaling = 'standard', names = [] } = options;
  const nameOf = (column: number): string => names[column] ?? `column ${column + 1}`;
  for (const [name, value] of Object.entries({ clusters: options.clusters, starts })) {
    if (!Number.isInteger(value) || value < 1) throw new ModelDataError('invalid-value', `${name} cannot be ${value}`);
  }
  checkRows(rows, options.clusters);
  const order = rows.map((_, i) => i).sort((a, b) => byValues(rows[a] ?? [], rows[b] ?? []));
  const deviations = deviationsOf(order.map((i) => rows[i] ?? []));
  const unbounded = deviations.findIndex((deviation) => !Number.isFinite(deviation));
  if (unbounded >= 0) {
    const message = `${nameOf(unbounded)} has no standard deviation that a number can hold`;
    throw new ModelDataError('invalid-value', message);
  }
  const scales = deviations.map((deviation) => (scaling === 'standard' && deviation > 0 ? deviation : 1));
  const points = pointsOf(order, rows, scales);
  let best: Clustering | undefined;
  for (let start = 0; start < starts; start += 1) {
    const centres = seedCentres(points, options.clusters, keyedRandom(seed, `k-means:${start}`));
    const found = settle(points, centres);
    if (best === undefined || found.within < best.within) best = found;
  }
  if (best === undefined) throw new ModelDataError('invalid-value', 'starts cannot be 0');
  const constant = deviations.flatMap((deviation, column) => (deviation === 0 ? [nameOf(column)] : []));
  return describeBest(best, { points, order, scales, constant });
}

type Context = {
  readonly points: PointSet;
  readonly order: readonly number[];
  readonly scales: readonly number[];
  readonly constant: readonly string[];
};

function describeBest(best: Clustering, { points, order, scales, constant }: Context): KMeansFit {
  const { dimensions, count } = points;
  const ranked = best.sizes
    .map((customers, cluster) => ({
      cluster,
      customers,
      centre: scales.map((scale, j) => (best.centres[cluster * dimensions + j] ?? 0) * scale),
      withinSumOfSquares: 0,
    }))
    .sort((a, b) => byValues(a.centre, b.centre));
  const rankOf = new Map(ranked.map(({ cluster }, rank) => [cluster, rank]));
  const assignments = new Array<number>(count).fill(0);
  for (const [i, row] of order.entries()) {
    const cluster = best.labels[i] ?? 0;
    const rank = rankOf.get(cluster) ?? 0;
    assignments[row] = rank;
    const entry = ranked[rank];
    if (entry !== undefined) entry.withinSumOfSquares += squaredDistance(points, i, { centres: best.centres, cluster });
  }
  const one = settle(points, points.values.slice(0, dimensions));
  return {
    clusters: ranked.map(({ customers, centre, withinSumOfSquares }) => ({ customers, centre, withinSumOfSquares })),
    assignments,
    withinSumOfSquares: best.within,
    totalSumOfSquares: one.within,
    silhouette: best.sizes.length > 1 ? silhouetteOf(points, best.labels) : null,
    scales,
    rows: count,
    iterations: best.iterations,
    converged: best.converged,
    warnings: [...(best.converged ? [] : [NOT_CONVERGED]), ...constant.map(constantColumn)],
  };
}

function constantColumn(name: string): ModelWarning {
  return { code: 'constant-column', message: `${name} is the same in every row, so it tells nobody apart` };
}

function pointsOf(order: readonly number[], rows: readonly (readonly number[])[], scales: readonly number[]): PointSet {
  const dimensions = scales.length;
  const values = new Float64Array(order.length * dimensions);
  for (const [i, row] of order.entries()) {
    for (const [j, scale] of scales.entries()) values[i * dimensions + j] = (rows[row]?.[j] ?? 0) / scale;
  }
  return { values, dimensions, count: order.length };
}

/** Standard deviations of the columns; exactly 0 where all values are equal. */
function deviationsOf(rows: readonly (readonly number[])[]): readonly number[] {
  const first = rows[0] ?? [];
  return first.map((value, j) => {
    if (rows.every((row) => row[j] === value)) return 0;
    const mean = rows.reduce((sum, row) => sum + (row[j] ?? 0), 0) / rows.length;
    return Math.sqrt(rows.reduce((sum, row) => sum + ((row[j] ?? 0) - mean) ** 2, 0) / (rows.length - 1));
  });
}

function checkRows(rows: readonly (readonly number[])[], clusters: number): void {
  const dimensions = rows[0]?.length ?? 0;
  for (const row of rows) {
    if (row.length !== dimensions || dimensions === 0) {
      throw new ModelDataError('invalid-value', `a row has ${row.length} values, the first has ${dimensions}`);
    }
    const wrong = row.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new ModelDataError('invalid-value', `value ${wrong} of a row is ${row[wrong]}, not finite`);
  }
  const distinct = new Set(rows.map((row) => row.join(','))).size;
  if (distinct < clusters) {
    throw new ModelDataError('too-few-rows', `${distinct} distinct rows cannot make ${clusters} clusters`);
  }
}

function byValues(a: readonly number[], b: readonly number[]): number {
  for (let j = 0; j < a.length; j += 1) {
    const difference = (a[j] ?? 0) - (b[j] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

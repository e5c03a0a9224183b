import type { KeyedRandom } from './random.js';

/** `count` points of `dimensions` values each, one after the other. */
export type PointSet = { readonly values: Float64Array; readonly dimensions: number; readonly count: number };

export type Clustering = {
  /** One after the other, as the points. */
  readonly centres: Float64Array;
  /** Cluster of every point. */
  readonly labels: Int32Array;
  readonly sizes: readonly number[];
  /** Sum of squared distances to the own centre. */
  readonly within: number;
  readonly iterations: number;
  readonly converged: boolean;
};

const MOST_ITERATIONS = 300;

/** k-means++: each further centre is a point drawn with a chance in proportion to its squared distance to the nearest one. */
export function seedCentres(points: PointSet, clusters: number, random: KeyedRandom): Float64Array {
  const { values, dimensions, count } = points;
  const centres = new Float64Array(clusters * dimensions);
  const nearest = new Float64Array(count).fill(Infinity);
  let chosen = Math.floor(random.uniform() * count);
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    centres.set(values.subarray(chosen * dimensions, (chosen + 1) * dimensions), cluster * dimensions);
    let total = 0;
    for (let i = 0; i < count; i += 1) {
      nearest[i] = Math.min(nearest[i] ?? 0, squaredDistance(points, i, { centres, cluster }));
      total += nearest[i] ?? 0;
    }
    chosen = drawn(nearest, random.uniform() * total);
  }
  return centres;
}

/** The point at which the sum of the weights passes `target`; never one of weight 0 while another has any. */
function drawn(weights: Float64Array, target: number): number {
  let [rest, last] = [target, 0];
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    last = i;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

/** Lloyd's iterations until no point changes its cluster. A cluster that runs empty takes the point farthest from its centre. */
export function settle(points: PointSet, start: Float64Array): Clustering {
  const { dimensions, count } = points;
  const centres = Float64Array.from(start);
  const clusters = start.length / dimensions;
  const labels = new Int32Array(count).fill(-1);
  let [iterations, changed] = [0, true];
  while (changed && iterations < MOST_ITERATIONS) {
    iterations += 1;
    changed = assign(points, centres, labels);
    fillEmpty(points, { centres, labels, clusters });
    moveCentres(points, { centres, labels, clusters });
  }
  let within = 0;
  for (let i = 0; i < count; i += 1) within += squaredDistance(points, i, { centres, cluster: labels[i] ?? 0 });
  return { centres, labels, sizes: sizesOf(labels, clusters), within, iterations, converged: !changed };
}

type State = { readonly centres: Float64Array; readonly labels: Int32Array; readonly clusters: number };

function assign(points: PointSet, centres: Float64Array, labels: Int32Array): boolean {
  const clusters = centres.length / points.dimensions;
  let changed = false;
  for (let i = 0; i < points.count; i += 1) {
    let [nearest, least] = [0, Infinity];
    for (let cluster = 0; cluster < clusters; cluster += 1) {
      const distance = squaredDistance(points, i, { centres, cluster });
      if (distance < least) [nearest, least] = [cluster, distance];
    }
    if (labels[i] !== nearest) changed = true;
    labels[i] = nearest;
  }
  return changed;
}

function fillEmpty(points: PointSet, { centres, labels, clusters }: State): void {
  const sizes = sizesOf(labels, clusters);
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    if (sizes[cluster] !== 0) continue;
    let [farthest, most] = [-1, -1];
    for (let i = 0; i < points.count; i += 1) {
      const own = labels[i] ?? 0;
      const distance = (sizes[own] ?? 0) > 1 ? squaredDistance(points, i, { centres, cluster: own }) : -1;
      if (distance > most) [farthest, most] = [i, distance];
    }
    const from = labels[farthest] ?? 0;
    sizes[from] = (sizes[from] ?? 0) - 1;
    sizes[cluster] = 1;
    labels[farthest] = cluster;
  }
}

function moveCentres({ values, dimensions, count }: PointSet, { centres, labels, clusters }: State): void {
  const sizes = sizesOf(labels, clusters);
  centres.fill(0);
  for (let i = 0; i < count; i += 1) {
    const at = (labels[i] ?? 0) * dimensions;
    for (let j = 0; j < dimensions; j += 1) {
      centres[at + j] = (centres[at + j] ?? 0) + (values[i * dimensions + j] ?? 0);
    }
  }
  for (let k = 0; k < centres.length; k += 1) {
    centres[k] = (centres[k] ?? 0) / (sizes[Math.floor(k / dimensions)] ?? 1);
  }
}

function sizesOf(labels: Int32Array, clusters: number): number[] {
  const sizes = new Array<number>(clusters).fill(0);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  return sizes;
}

export function squaredDistance(
  { values, dimensions }: PointSet,
  point: number,
  { centres, cluster }: { readonly centres: Float64Array; readonly cluster: number },
): number {
  let sum = 0;
  for (let j = 0; j < dimensions; j += 1) {
    const difference = (values[point * dimensions + j] ?? 0) - (centres[cluster * dimensions + j] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

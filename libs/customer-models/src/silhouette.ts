import { squaredDistance, type PointSet } from './lloyd.js';

/** All pairs are compared up to this number of points; of more, every n-th in their order stands for the rest. */
const MOST_POINTS = 1_000;

/**
 * Mean silhouette (Rousseeuw 1987) by Euclidean distance, −1…1: (b − a)/max(a, b) with a a point's mean distance to its own
 * cluster and b to the nearest other one; 0 for a point alone in its cluster. At least two clusters.
 */
export function silhouetteOf(points: PointSet, labels: Int32Array): number {
  const stride = Math.ceil(points.count / MOST_POINTS);
  const sample = Array.from({ length: Math.ceil(points.count / stride) }, (_, i) => i * stride);
  const clusters = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const sizes = new Float64Array(clusters);
  for (const i of sample) sizes[labels[i] ?? 0] = (sizes[labels[i] ?? 0] ?? 0) + 1;
  let total = 0;
  for (const i of sample) {
    const sums = new Float64Array(clusters);
    for (const j of sample) {
      const label = labels[j] ?? 0;
      sums[label] = (sums[label] ?? 0) + Math.sqrt(squaredDistance(points, i, { centres: points.values, cluster: j }));
    }
    total += widthOf(labels[i] ?? 0, sums, sizes);
  }
  return total / sample.length;
}

function widthOf(own: number, sums: Float64Array, sizes: Float64Array): number {
  if ((sizes[own] ?? 0) < 2) return 0;
  const inside = (sums[own] ?? 0) / ((sizes[own] ?? 0) - 1);
  let outside = Infinity;
  for (const [cluster, sum] of sums.entries()) {
    if (cluster !== own && (sizes[cluster] ?? 0) > 0) outside = Math.min(outside, sum / (sizes[cluster] ?? 1));
  }
  const larger = Math.max(inside, outside);
  return larger === 0 || larger === Infinity ? 0 : (outside - inside) / larger;
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitKMeans } from './k-means.js';
import { settle } from './lloyd.js';
import { keyedRandom } from './random.js';
import { drawNormal } from './samplers.js';

// 75 points in four groups (Ruspini 1970), as pairs x, y.
const NUMBERS = [
  4, 53, 5, 63, 10, 59, 9, 77, 13, 49, 13, 69, 12, 88, 15, 75, 18, 61, 19, 65, 22, 74, 27, 72, 28, 76, 24, 58, 27, 55,
  28, 60, 30, 52, 31, 60, 32, 61, 36, 72, 28, 147, 32, 149, 35, 153, 33, 154, 38, 151, 41, 150, 38, 145, 38, 143, 32,
  143, 34, 141, 44, 156, 44, 149, 44, 143, 46, 142, 47, 149, 49, 152, 50, 142, 53, 144, 52, 152, 55, 155, 54, 124, 60,
  136, 63, 139, 86, 132, 85, 115, 85, 96, 78, 94, 74, 96, 97, 122, 98, 116, 98, 124, 99, 119, 99, 128, 101, 115, 108,
  111, 110, 111, 108, 116, 111, 126, 115, 117, 117, 115, 70, 4, 77, 12, 83, 21, 61, 15, 69, 15, 78, 16, 66, 18, 58, 13,
  64, 20, 69, 21, 66, 23, 61, 25, 76, 27, 72, 31, 64, 30,
];
const RUSPINI = Array.from({ length: 75 }, (_, i) => [NUMBERS[2 * i]!, NUMBERS[2 * i + 1]!] as const);

const somePoints = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
  minLength: 1,
  maxLength: 30,
});

describe('k-means', () => {
  it.each([
    [3, 51_063.475],
    [4, 12_881.0512],
    [5, 10_126.7198],
  ])('finds the known optimum of %d clusters of the Ruspini points', (clusters, within) => {
    const fit = fitKMeans(RUSPINI, { clusters, scaling: 'none' });
    expect(fit.converged).toBe(true);
    expect(fit.withinSumOfSquares).toBeCloseTo(within, 3);
  });

  it('finds the four groups, with the published silhouette', () => {
    const fit = fitKMeans(RUSPINI, { clusters: 4, scaling: 'none' });
    expect(fit.clusters.map(({ customers }) => customers)).toEqual([20, 23, 15, 17]);
    expect(fit.assignments).toEqual(
      [20, 23, 17, 15].flatMap((size, i) => new Array<number>(size).fill([0, 1, 3, 2][i]!)),
    );
    expect(fit.silhouette).toBeCloseTo(0.7377, 4);
    expect(fit.clusters.reduce((sum, cluster) => sum + cluster.withinSumOfSquares, 0)).toBeCloseTo(12_881.0512, 3);
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(somePoints, fc.integer({ min: 1, max: 4 }), (points, clusters) => {
        fc.pre(new Set(points.map(String)).size >= clusters);
        const fit = fitKMeans(points, { clusters, starts: 3 });
        const turned = fitKMeans(points.toReversed(), { clusters, starts: 3 });
        expect({ ...turned, assignments: turned.assignments.toReversed() }).toEqual(fit);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('puts every row with its nearest centre, and every centre in the middle of its rows', () => {
    fc.assert(
      fc.property(somePoints, fc.integer({ min: 1, max: 4 }), (points, clusters) => {
        fc.pre(new Set(points.map(String)).size >= clusters);
        const fit = fitKMeans(points, { clusters, starts: 3, scaling: 'none' });
        const far = (point: readonly number[], centre: readonly number[]): number =>
          Math.hypot(point[0]! - centre[0]!, point[1]! - centre[1]!);
        for (const [i, point] of points.entries()) {
          const own = far(point, fit.clusters[fit.assignments[i]!]!.centre);
          expect(own).toBeLessThanOrEqual(Math.min(...fit.clusters.map(({ centre }) => far(point, centre))) + 1e-9);
        }
        for (const [cluster, { centre, customers }] of fit.clusters.entries()) {
          const members = points.filter((_, i) => fit.assignments[i] === cluster);
          expect(members).toHaveLength(customers);
          expect(centre[0]).toBeCloseTo(members.reduce((sum, [x]) => sum + x, 0) / customers, 9);
        }
        expect(fit.withinSumOfSquares).toBeLessThanOrEqual(fit.totalSumOfSquares + 1e-9);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('leaves no cluster empty, even where a centre starts far from every row', () => {
    const points = { values: Float64Array.of(0, 1, 9, 10), dimensions: 1, count: 4 };
    const { sizes, within, centres } = settle(points, Float64Array.of(5, 1_000));
    expect(sizes).toEqual([2, 2]);
    expect(within).toBe(1);
    expect([...centres].toSorted((a, b) => a - b)).toEqual([0.5, 9.5]);
  });

  it('does not care about units when columns are put on one scale', () => {
    const inCents = RUSPINI.map(([x, y]) => [x * 100, y]);
    const fit = fitKMeans(RUSPINI, { clusters: 4 });
    expect(fitKMeans(inCents, { clusters: 4 }).assignments).toEqual(fit.assignments);
    expect(fitKMeans(inCents, { clusters: 3, scaling: 'none' }).assignments).not.toEqual(
      fitKMeans(RUSPINI, { clusters: 3, scaling: 'none' }).assignments,
    );
    expect(fit.clusters[0]?.centre[0]).toBeCloseTo(20.15, 9);
  });

  it('samples the silhouette of many rows, and still comes near it', () => {
    const random = keyedRandom(1, 'clouds');
    const rows = Array.from({ length: 2_001 }, (_, i) => [drawNormal(random) + (i % 2) * 12, drawNormal(random)]);
    const fit = fitKMeans(rows, { clusters: 2, starts: 2, scaling: 'none' });
    expect(fit.clusters.map(({ customers }) => customers)).toEqual([1_001, 1_000]);
    // Two unit normals 12 apart: within about 1.77 on average, between about 12.1.
    expect(fit.silhouette).toBeCloseTo(1 - 1.77 / 12.1, 1);
  });

  it('has one cluster that is everybody, and no silhouette of it', () => {
    const fit = fitKMeans(RUSPINI, { clusters: 1 });
    expect(fit.silhouette).toBeNull();
    expect(fit.withinSumOfSquares).toBeCloseTo(fit.totalSumOfSquares, 9);
    expect(fit.totalSumOfSquares).toBeCloseTo(2 * 74, 9);
  });

  it('warns of a column that does not vary', () => {
    const warnings = (...names: readonly string[]) =>
      fitKMeans([[1, 7], [2, 7]], { clusters: 2, names }).warnings; // prettier-ignore
    const message = expect.stringContaining('same in every row');
    expect(warnings()).toEqual([{ code: 'constant-column', message }]);
    expect(warnings()[0]?.message).toMatch(/^column 2 /);
    expect(warnings('age', 'visits')[0]?.message).toMatch(/^visits /);
  });

  it('warns of iterations that have not settled', () => {
    // On evenly spaced points Lloyd's algorithm creeps: this start needs more than its 300 iterations.
    const rows = Array.from({ length: 8_000 }, (_, i) => [i]);
    const fit = fitKMeans(rows, { clusters: 40, starts: 1, seed: 2 });
    expect(fit.converged).toBe(false);
    expect(fit.warnings.map(({ code }) => code)).toEqual(['not-converged']);
  });

  it.each([
    [[], { clusters: 1 }, 'too-few-rows'],
    [[[1e300], [-1e300]], { clusters: 1 }, 'invalid-value'],
    [[[1e300], [-1e300]], { clusters: 2, scaling: 'none' as const }, 'invalid-value'],
    [[[1], [1], [1]], { clusters: 2 }, 'too-few-rows'],
    [[[1], [2, 3]], { clusters: 1 }, 'invalid-value'],
    [[[]], { clusters: 1 }, 'invalid-value'],
    [[[1], [NaN]], { clusters: 1 }, 'invalid-value'],
    [[[1], [2]], { clusters: 0 }, 'invalid-value'],
    [[[1], [2]], { clusters: 1.5 }, 'invalid-value'],
    [[[1], [2]], { clusters: 1, starts: 0 }, 'invalid-value'],
  ])('refuses %j with %j', (rows, options, code) => {
    expect(() => fitKMeans(rows, options)).toThrow(expect.objectContaining({ code }));
  });
});

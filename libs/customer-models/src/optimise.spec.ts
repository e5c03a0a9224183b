import { describe, expect, it } from '@jest/globals';
import { invertPositiveDefinite, multiply } from './linear-algebra.js';
import { minimise } from './optimise.js';
import { covarianceOfLogParameters, errorsOfLogParameters } from './standard-errors.js';

describe('minimising a smooth function', () => {
  it('finds the bottom of a bent valley', () => {
    const rosenbrock = ([x = 0, y = 0]: readonly number[]): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    const minimum = minimise(rosenbrock, [-1.2, 1]);
    expect(minimum.converged).toBe(true);
    expect(minimum.point[0]).toBeCloseTo(1, 5);
    expect(minimum.point[1]).toBeCloseTo(1, 5);
  });

  it('treats points without a value as walls', () => {
    const minimum = minimise(([x = 0]) => x - 2 * Math.log(x), [0.1]);
    expect(minimum.converged).toBe(true);
    expect(minimum.point[0]).toBeCloseTo(2, 5);
  });

  it('says so when it stops before the bottom', () => {
    expect(minimise(([x = 0]) => (x - 100) ** 2, [0], { mostIterations: 3 }).converged).toBe(false);
  });

  it('stays where the function is flat', () => {
    expect(minimise(() => 1, [3, 4])).toEqual({
      point: [3, 4],
      value: 1,
      gradientSize: 0,
      iterations: 0,
      converged: true,
    });
  });

  it('does not claim to have converged where there is no bottom', () => {
    expect(minimise(([x = 0]) => -x, [0], { mostIterations: 50 }).converged).toBe(false);
  });
});

describe('standard errors', () => {
  it('are those of the exponential rate, rate/√n', () => {
    // n = 400 exponential times that add up to 200: the rate is 2, its standard error 0.1.
    const at = [Math.log(2)];
    const covariance = covarianceOfLogParameters(([theta = 0]) => 200 * Math.exp(theta) - 400 * theta, at);
    expect(errorsOfLogParameters(at, covariance ?? [])[0]).toBeCloseTo(0.1, 6);
  });

  it('are unknown where the likelihood is flat', () => {
    expect(covarianceOfLogParameters(() => 1, [0, 0])).toBeUndefined();
  });
});

describe('inverse of a positive definite matrix', () => {
  it('undoes the matrix', () => {
    const matrix = [
      [4, 2, 1],
      [2, 3, 0.5],
      [1, 0.5, 2],
    ];
    const inverse = invertPositiveDefinite(matrix) ?? [];
    for (const [i, row] of matrix.entries()) {
      const product = multiply(inverse, row);
      for (const [j, entry] of product.entries()) expect(entry).toBeCloseTo(i === j ? 1 : 0, 12);
    }
    expect(inverse).toHaveLength(3);
  });

  it('does not exist for an indefinite one', () => {
    expect(
      invertPositiveDefinite([
        [1, 2],
        [2, 1],
      ]),
    ).toBeUndefined();
  });
});

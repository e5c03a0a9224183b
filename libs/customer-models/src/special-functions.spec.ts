import { describe, expect, it } from '@jest/globals';
import { hyp2f1, lbeta, lgamma } from './special-functions.js';

// Expected values: 40-digit arithmetic (mpmath).
describe('special functions', () => {
  it.each([
    [1e-5, 11.5129196928958256],
    [0.1, 2.2527126517342059],
    [0.5, 0.572364942924700087],
    [2.5, 0.28468287047291916],
    [9.99, 12.7793152143501934],
    [10, 12.8018274800814696],
    [123.4, 469.336097442190586],
    [1e6, 12815504.5691476117],
  ])('ln Γ(%d)', (x, expected) => {
    expect(Math.abs(lgamma(x) / expected - 1)).toBeLessThan(1e-14);
  });

  it.each([1, 2])('ln Γ(%d) is 0', (x) => {
    expect(lgamma(x)).toBeCloseTo(0, 14);
  });

  it.each([
    [0.5, 0.5, 1.14472988584940017],
    [0.7929, 2.4259, -0.511336626006823388],
    [2, 1e8, -36.8413614979047309],
    [1e8, 2, -36.8413614979047309],
    [300, 400, -479.688451037131996],
    [1e-3, 50, 6.90327688560982717],
  ])('ln B(%d, %d)', (a, b, expected) => {
    expect(Math.abs(lbeta(a, b) / expected - 1)).toBeLessThan(1e-13);
  });

  it.each([
    [{ a: 1, b: 1, c: 2 }, 0.5, 1.38629436111989062],
    [{ a: 0.2426, b: 2.4259, c: 2.2188 }, 0.5, 1.2067380787142852],
    [{ a: 30, b: 28, c: 29.5 }, 0.6, 216037296445.798116],
    [{ a: 2.5, b: 1.5, c: 3 }, 0.99, 164.939707871687533],
    [{ a: 26.55, b: 24, c: 26 }, 0.62, 20164110052.2486571],
  ])('₂F₁(%j, %d)', (parameters, z, expected) => {
    expect(Math.abs(hyp2f1(parameters, z) / expected - 1)).toBeLessThan(1e-12);
  });

  it('₂F₁ at 0 is 1', () => {
    expect(hyp2f1({ a: 3, b: 2, c: 1 }, 0)).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  normalCdf,
  normalQuantile,
  normalUpperTail,
  regularisedBeta,
  studentQuantile,
  studentTwoSided,
} from './distributions.js';

const relativeError = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

// Expected values: mpmath and SciPy.
describe('distributions', () => {
  it.each([
    [0, 0.5],
    [1, 0.158655253931457051],
    [3, 0.00134989803163009453],
    [3.5, 0.000232629079035525036],
    [8, 6.22096057427178412e-16],
    [24, 1.39039211854970306e-127],
  ])('upper tail of the normal at %d', (z, expected) => {
    expect(relativeError(normalUpperTail(z), expected)).toBeLessThan(1e-12);
  });

  it('has symmetrical normal tails', () => {
    expect(normalCdf(1.5) + normalCdf(-1.5)).toBeCloseTo(1, 15);
  });

  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.9, 1.2815515655446004],
    [0.999, 3.090232306167813],
    [0.01, -2.3263478740408408],
  ])('normal quantile of %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 12);
  });

  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2.5, 3.5746548420036817],
    [0.975, 10, 2.228138851986274],
    [0.975, 40000, 1.960023293084913],
    [0.9, 5, 1.4758840488244815],
    [0.1, 5, -1.4758840488244815],
  ])('t quantile of %d with %d degrees of freedom', (p, degrees, expected) => {
    expect(relativeError(studentQuantile(p, degrees), expected)).toBeLessThan(1e-9);
  });

  it.each([
    [2, 5, 0.10193947882985835],
    [-2, 5, 0.10193947882985835],
    [5.3, 37000.5, 1.1646497160702243e-7],
    [0.1, 3, 0.9266523488008059],
    [40, 12, 3.851229580772032e-14],
  ])('two-sided p of t = %d with %d degrees of freedom', (value, degrees, expected) => {
    expect(relativeError(studentTwoSided(value, degrees), expected)).toBeLessThan(1e-9);
  });

  it.each([
    [2, 3, 0.4, 0.5248],
    [0.5, 0.5, 0.1, 0.20483276469913345],
    [100, 0.5, 0.99, 0.1567758654244408],
    [5, 80, 0.02, 0.026918766792202543],
    [2, 3, 0, 0],
    [2, 3, 1, 1],
  ])('incomplete beta of %d, %d at %d', (a, b, x, expected) => {
    expect(regularisedBeta(a, b, x)).toBeCloseTo(expected, 12);
  });
});

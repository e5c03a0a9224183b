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
    [-8, 0.999999999999999378],
    [-2, 0.977249868051820793],
    [0, 0.5],
    [0.1, 0.460172162722971019],
    [1, 0.158655253931457051],
    [2.9999, 0.00135034128295492397],
    [3, 0.00134989803163009453],
    [3.0001, 0.00134945491326071811],
    [3.5, 0.000232629079035525036],
    [8, 6.22096057427178412e-16],
    [24, 1.39039211854970306e-127],
    [37, 5.72557122252457682e-300],
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
    [0.2, -0.841621233572914205],
    [1e-5, -4.26489079392282463],
    [1e-10, -6.3613409024040562],
    [1e-20, -9.26234008979840757],
    [1e-100, -21.2734535609653243],
    [1e-300, -37.0470962993611992],
    // The quantile of the number next to 1 − 1e-10, and of the largest number below 1.
    [0.9999999999, 6.36134088969742186],
    [1 - 2 ** -53, 8.20953615160138686],
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

  // In closed form: a cotangent with one degree of freedom, a root with two.
  it.each([
    [1e-10, 1, -3183098861.83790672],
    [1e-300, 1, -3.18309886183790672e299],
    [1e-12, 2, -707106.781185486864],
    [1e-300, 2, -7.07106781186547524e149],
    [0.4999999, 2, -2.82842712474624667e-7],
    [0.5, 2, 0],
  ])('t quantile of %d with %d degrees of freedom, far out and in the middle', (p, degrees, expected) => {
    expect(Math.abs(studentQuantile(p, degrees) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  });

  it('is infinite where no number holds the quantile', () => {
    expect(studentQuantile(1e-300, 0.1)).toBe(-Infinity);
  });

  it.each([
    [2, 5, 0.10193947882985835],
    [-2, 5, 0.10193947882985835],
    [5.3, 37000.5, 1.1646497160702243e-7],
    [0.1, 3, 0.9266523488008059],
    [40, 12, 3.851229580772032e-14],
    [0, 3, 1],
    [1e-9, 3, 0.999999999264894806],
    [1e-9, 30_000, 0.999999999202122088],
    [1e-3, 0.5, 0.999460647668487638],
    [3, 1e6, 0.00269986254142179706],
    [40, 200, 2.24873965352025067e-97],
    [1e5, 5, 1.89803344707886489e-24],
    [1e10, 1, 6.36619772367581343e-11],
    [1e100, 2.5, 1.43867943816634448e-250],
    [1e200, 1, 6.36619772367581343e-201],
    [1e-200, 1, 1],
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
    [2, 3, 1e-100, 6e-200],
    [0.001, 5, 1e-10, 0.979274557377247424],
    [1e3, 1e3, 0.4, 8.23161135486915379e-20],
    [500, 0.5, 0.5, 1.08872024717515433e-152],
  ])('incomplete beta of %d, %d at %d', (a, b, x, expected) => {
    expect(Math.abs(regularisedBeta(a, b, x) - expected)).toBeLessThanOrEqual(1e-11 * expected);
  });

  it('never leave 0…1, and are 0 and 1 at the ends of the line', () => {
    expect([normalUpperTail(Infinity), normalUpperTail(-Infinity), normalUpperTail(50)]).toEqual([0, 1, 0]);
    expect([studentTwoSided(Infinity, 3), studentTwoSided(-Infinity, 1e-3)]).toEqual([0, 0]);
  });

  it.each([
    [() => normalUpperTail(NaN)],
    [() => normalCdf(NaN)],
    [() => normalQuantile(0)],
    [() => normalQuantile(1)],
    [() => normalQuantile(NaN)],
    [() => studentTwoSided(NaN, 3)],
    [() => studentTwoSided(1, 0)],
    [() => studentTwoSided(1, Infinity)],
    [() => studentQuantile(0, 3)],
    [() => studentQuantile(1.2, 3)],
    [() => studentQuantile(0.9, -1)],
    [() => studentQuantile(0.5, NaN)],
    [() => regularisedBeta(0, 1, 0.5)],
    [() => regularisedBeta(1, Infinity, 0.5)],
    [() => regularisedBeta(1, 1, NaN)],
  ])('refuse what has no answer (case %#)', (ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

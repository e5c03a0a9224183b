import { describe, expect, it } from '@jest/globals';
import { chiSquaredUpperTail } from './chi-squared.js';

describe('tail of the chi-squared distribution', () => {
  it.each([
    [1e-6, 1, 0.9992021155721779],
    [3.841458820694124, 1, 0.05],
    [16.79, 1, 4.1752751389197874e-5],
    [120, 1, 6.326068263677272e-28],
    [1100, 1, 3.302818832507256e-241],
    [1, 2, 0.6065306597126334],
    [0.1, 3, 0.9918374237318764],
    [3.841458820694124, 5, 0.5724604629258029],
    [16.79, 10, 0.07914182790331607],
    [50, 100, 0.9999930466947524],
    [120, 100, 0.08440668109369177],
    [900, 1000, 0.9892827619087102],
    [1100, 1000, 0.014614408126295192],
    [0.1, 0.5, 0.48344467916953426],
    [900, 0.5, 1.0410487274869223e-198],
    // From here on: 60-digit arithmetic (mpmath).
    [1400, 1, 2.1010145162642175e-306],
    [1e-300, 1, 1],
    [1e-10, 2, 0.99999999995],
    [1300, 3, 1.47174371069801034e-281],
    [9e3, 1e4, 0.999999999999873023],
    [1e-5, 1e-3, 0.00579776427451446462],
  ])('beyond %d with %d degrees of freedom is as SciPy has it', (value, degrees, expected) => {
    expect(chiSquaredUpperTail(value, degrees) / expected).toBeCloseTo(1, 10);
  });

  it('keeps seven digits beyond a million degrees of freedom', () => {
    expect(chiSquaredUpperTail(1e6, 1e6)).toBeCloseTo(0.4998119368033945, 8);
    expect(chiSquaredUpperTail(1.01e6, 1e6) / 9.06852882326207686e-13).toBeCloseTo(1, 7);
  });

  it.each([
    [NaN, 1],
    [1, 0],
    [1, -2],
    [1, NaN],
    [1, Infinity],
    // Too far from anything that a million terms reach.
    [1e15, 1e15],
  ])('has no wrong answer for %d with %d degrees of freedom', (value, degrees) => {
    expect(() => chiSquaredUpperTail(value, degrees)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });

  it('is everything from 0 up and nothing at infinity', () => {
    expect(chiSquaredUpperTail(0, 3)).toBe(1);
    expect(chiSquaredUpperTail(-1, 3)).toBe(1);
    expect(chiSquaredUpperTail(Infinity, 3)).toBe(0);
  });
});

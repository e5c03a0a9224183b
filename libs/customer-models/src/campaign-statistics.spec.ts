import { describe, expect, it } from '@jest/globals';
import { fisherExactP, hasSmallCells } from './fisher-exact.js';
import { holmAdjusted } from './holm.js';
import { isMeasurable, powerOfTwoProportions } from './power.js';
import { newcombeInterval, pooledTwoProportionP, wilsonInterval } from './proportions.js';
import { welchDifference } from './welch.js';

const of = (successes: number, n: number): { successes: number; n: number } => ({ successes, n });

describe('interval of a rate', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [29, 29, 0.883, 1],
  ])('%d of %d is as Newcombe (1998) tabulates it', (successes, n, low, high) => {
    const interval = wilsonInterval(of(successes, n));
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it.each([of(2, 1), of(-1, 3), of(0.5, 3), of(0, 0), of(NaN, 3)])('refuses %j', (counts) => {
    expect(() => wilsonInterval(counts)).toThrow(expect.objectContaining({ code: 'invalid-counts' }));
  });
});

describe('interval of a difference of rates', () => {
  it.each([
    [of(56, 70), of(48, 80), 0.0524, 0.3339],
    [of(9, 10), of(3, 10), 0.1705, 0.809],
    [of(10, 10), of(0, 20), 0.6791, 1],
    [of(10, 10), of(0, 10), 0.6075, 1],
  ])('%j against %j is as Newcombe (1998) publishes it', (first, second, low, high) => {
    const interval = newcombeInterval(first, second);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });
});

describe('p of two rates', () => {
  it('is 1 when nobody or everybody responded', () => {
    expect(pooledTwoProportionP(of(0, 10), of(0, 30))).toBe(1);
    expect(pooledTwoProportionP(of(10, 10), of(30, 30))).toBe(1);
  });

  it.each([
    [of(8, 10), of(1, 6), 0.034965034965034975],
    [of(3, 4), of(1, 4), 0.48571428571428565],
    [of(267, 21307), of(122, 21306), 1.167425327483139e-13],
    [of(0, 10), of(4, 12), 0.09637730690362269],
    [of(1, 10), of(11, 14), 0.0027594561852200836],
    [of(0, 5), of(0, 9), 1],
  ])('by Fisher, %j against %j, is as SciPy has it', (first, second, expected) => {
    expect(fisherExactP(first, second) / expected).toBeCloseTo(1, 8);
  });

  it('calls for Fisher when a cell expects fewer than 5', () => {
    expect(hasSmallCells(of(2, 100), of(7, 100))).toBe(true);
    expect(hasSmallCells(of(3, 100), of(7, 100))).toBe(false);
    expect(hasSmallCells(of(98, 100), of(99, 100))).toBe(true);
  });
});

describe('difference of means', () => {
  it("is Welch's", () => {
    // SciPy: ttest_ind([1, 2, 3, 4, 10], [2, 2, 3], equal_var=False).
    const { difference, interval, p } = welchDifference(
      { n: 5, sum: 20, squaredSum: 130 },
      { n: 3, sum: 7, squaredSum: 17 },
    );
    expect(difference).toBeCloseTo(20 / 5 - 7 / 3, 12);
    expect(interval?.[0]).toBeCloseTo(-2.682255845694327, 6);
    expect(interval?.[1]).toBeCloseTo(6.0155891790276605, 6);
    expect(p).toBeCloseTo(0.3562822548144659, 8);
  });

  it('is no difference when nobody bought', () => {
    const nothing = { n: 9, sum: 0, squaredSum: 0 };
    expect(welchDifference(nothing, nothing)).toEqual({ difference: 0, interval: [0, 0], p: 1 });
  });

  it('has no interval for single members, or where nothing varies', () => {
    const one = { n: 1, sum: 5, squaredSum: 25 };
    expect(welchDifference(one, { n: 5, sum: 20, squaredSum: 130 })).toMatchObject({ interval: null, p: null });
    const same = { n: 3, sum: 0.3, squaredSum: 0.03 };
    expect(welchDifference(same, { n: 3, sum: 0, squaredSum: 0 })).toMatchObject({ interval: null, p: null });
  });

  it('refuses sums that no sample has', () => {
    const sample = { n: 5, sum: 20, squaredSum: 130 };
    for (const wrong of [
      { n: 0, sum: 0, squaredSum: 0 },
      { n: 2, sum: 10, squaredSum: 20 },
      { ...sample, sum: NaN },
    ]) {
      expect(() => welchDifference(wrong, sample)).toThrow(expect.objectContaining({ code: 'invalid-counts' }));
    }
  });
});

describe("Holm's adjustment", () => {
  it('steps down and never reverses the order', () => {
    expect(holmAdjusted([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 12)));
    expect(holmAdjusted([0.9, 0.8])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });
});

describe('power', () => {
  it('is 80 % at the textbook sample size', () => {
    // Fleiss: .5 against .6 needs 388 a group for 80 % at .05 without continuity correction.
    const question = { controlRate: 0.5, minimumEffect: 0.1, nTreated: 388, nControl: 388 };
    expect(powerOfTwoProportions(question)).toBeCloseTo(0.8, 2);
    expect(isMeasurable(question)).toBe(true);
    expect(isMeasurable({ ...question, nControl: 300 })).toBe(false);
  });

  it('looks for a fall where there is no room to rise', () => {
    expect(powerOfTwoProportions({ controlRate: 1, minimumEffect: 0.2, nTreated: 500, nControl: 500 })).toBeGreaterThan(
      0.99,
    );
  });

  it('is none without members', () => {
    expect(powerOfTwoProportions({ controlRate: 0, minimumEffect: 0.2, nTreated: 0, nControl: 10 })).toBe(0);
  });

  it.each([
    { controlRate: 1.1, minimumEffect: 0.1 },
    { controlRate: NaN, minimumEffect: 0.1 },
    { controlRate: 0.1, minimumEffect: 0 },
    { controlRate: 0.1, minimumEffect: 2 },
  ])('refuses %j', (rates) => {
    expect(() => powerOfTwoProportions({ ...rates, nTreated: 9, nControl: 9 })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});

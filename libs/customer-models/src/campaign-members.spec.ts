import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bootstrapDifference } from './bootstrap.js';
import { compareMembers, type CampaignMember } from './campaign-members.js';
import { powerOfTwoProportions } from './power.js';
import { keyedRandom } from './random.js';
import { membersPerArm, minimumAudience } from './sample-size.js';
import { drawExponential, drawNormal } from './samplers.js';
import { welchDifference } from './welch.js';

const sums = (values: readonly number[]): { n: number; sum: number; squaredSum: number } => ({
  n: values.length,
  sum: values.reduce((total, value) => total + value, 0),
  squaredSum: values.reduce((total, value) => total + value * value, 0),
});

function normals(count: number, key: string): readonly number[] {
  const random = keyedRandom(1, key);
  return Array.from({ length: count }, () => 10 + drawNormal(random));
}

function spenders(count: number, share: number, key: string): readonly number[] {
  const random = keyedRandom(1, key);
  return Array.from({ length: count }, () => (random.uniform() < share ? drawExponential(random, 0.01) : 0));
}

describe('bootstrap of a difference of means', () => {
  it("agrees with Welch's interval where values are normal", () => {
    const [first, second] = [normals(150, 'first'), normals(100, 'second')];
    const { interval, difference } = bootstrapDifference({ first, second, resamples: 3_000 });
    const welch = welchDifference(sums(first), sums(second));
    expect(difference).toBeCloseTo(welch.difference, 12);
    expect(interval![0]).toBeCloseTo(welch.interval![0], 1);
    expect(interval![1]).toBeCloseTo(welch.interval![1], 1);
  });

  it('is as SciPy has it for skewed values', () => {
    // scipy.stats.bootstrap, BCa with 400,000 resamples, of exponential quantiles; by percentiles it is 4.03, 12.29.
    const quantiles = (n: number, mean: number): readonly number[] =>
      Array.from({ length: n }, (_, i) => -Math.log(1 - (i + 0.5) / n) * mean);
    const question = { first: quantiles(20, 10), second: quantiles(15, 2), resamples: 10_000 };
    const { interval } = bootstrapDifference(question);
    expect(Math.abs(interval![0] - 4.46)).toBeLessThan(0.2);
    expect(Math.abs(interval![1] - 13.07)).toBeLessThan(0.2);
  });

  it('reaches farther to the side of the long tail', () => {
    const { interval, difference } = bootstrapDifference({ first: spenders(300, 0.1, 'a'), second: normals(20, 'b') });
    expect(interval![1] - difference).toBeGreaterThan((difference - interval![0]) * 1.05);
  });

  it('is the same for every order of the members, and another for another seed', () => {
    const [first, second] = [spenders(200, 0.1, 'a'), spenders(200, 0.2, 'b')];
    const found = bootstrapDifference({ first, second, resamples: 500 });
    expect(bootstrapDifference({ first: first.toReversed(), second: second.toReversed(), resamples: 500 })).toEqual(
      found,
    );
    expect(bootstrapDifference({ first, second, seed: 2, resamples: 500 }).interval).not.toEqual(found.interval);
  });

  it('rescales with the unit of money', () => {
    const [first, second] = [spenders(200, 0.1, 'a'), spenders(200, 0.2, 'b')];
    const found = bootstrapDifference({ first, second, resamples: 500 });
    const times = (values: readonly number[]): readonly number[] => values.map((value) => value * 1024);
    const inCents = bootstrapDifference({ first: times(first), second: times(second), resamples: 500 });
    expect(inCents.interval).toEqual(found.interval!.map((bound) => expect.closeTo(bound * 1024, 6)));
  });

  it('has no interval where a sample is a single member, or nothing varies', () => {
    expect(bootstrapDifference({ first: [5], second: [1, 2] }).interval).toBeNull();
    expect(bootstrapDifference({ first: [5, 5], second: [0, 0] }).interval).toBeNull();
    expect(bootstrapDifference({ first: [0, 0], second: [0, 0, 0] })).toMatchObject({
      difference: 0,
      interval: [0, 0],
    });
    expect(bootstrapDifference({ first: [0.1, 0.1], second: [0, 1] }).interval).not.toBeNull();
  });

  it.each([
    [{ first: [], second: [1] }, 'no-values'],
    [{ first: [1], second: [] }, 'no-values'],
    [{ first: [1, NaN], second: [1] }, 'invalid-value'],
    [{ first: [1], second: [Infinity] }, 'invalid-value'],
    [{ first: [1], second: [1], resamples: 5 }, 'invalid-value'],
    [{ first: [1], second: [1], level: 1 }, 'invalid-value'],
  ])('refuses %j', (question, code) => {
    expect(() => bootstrapDifference(question)).toThrow(expect.objectContaining({ code }));
  });
});

describe('comparing members', () => {
  const member = (arm: string, converted: boolean, revenue = 0): CampaignMember => ({
    arm,
    responded: false,
    converted,
    revenue,
  });
  const members = [
    ...Array.from({ length: 300 }, (_, i) => member('mail', i % 5 === 0, i % 5 === 0 ? 20 + (i % 7) : 0)),
    ...Array.from({ length: 100 }, (_, i) => member('none', i % 20 === 0, i % 20 === 0 ? 25 : 0)),
  ];

  it('gives counts, rates, effects and a bootstrap of revenue', () => {
    const { arms, effects, revenueBootstrap } = compareMembers({ members, control: 'none', resamples: 500 });
    expect(arms).toEqual([
      expect.objectContaining({ arm: 'mail', members: 300, responses: 60, conversions: 60 }),
      expect.objectContaining({ arm: 'none', members: 100, responses: 5, conversions: 5, revenueSum: 125 }),
    ]);
    expect(arms[1]?.conversionRate).toEqual({
      rate: 0.05,
      interval: [expect.closeTo(0.0215, 4), expect.closeTo(0.1118, 4)],
    });
    expect(arms.map(({ revenueSkewed }) => revenueSkewed)).toEqual([false, true]);
    expect(effects.map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      'response positive',
      'conversion positive',
      'revenue-per-member positive',
    ]);
    expect(revenueBootstrap).toEqual([
      expect.objectContaining({ arm: 'mail', method: 'bca', difference: expect.closeTo(effects[2]!.effect!, 9) }),
    ]);
  });

  it('is the same for every order of the members', () => {
    const comparison = compareMembers({ members, control: 'none', resamples: 500 });
    expect(compareMembers({ members: members.toReversed(), control: 'none', resamples: 500 })).toEqual(comparison);
  });

  it('claims nothing when the arms are too small for the effect that matters', () => {
    const { effects } = compareMembers({ members, control: 'none', resamples: 500, conversionMinimumEffect: 0.01 });
    expect(effects.find(({ metric }) => metric === 'conversion')?.verdict).toBe('not-measurable');
  });

  it('refuses a control without members, and revenue that is none', () => {
    expect(() => compareMembers({ members, control: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'unknown-control' }),
    );
    expect(() => compareMembers({ members: [member('none', true, 1)], control: 'none' })).toThrow(
      expect.objectContaining({ code: 'too-few-groups' }),
    );
    expect(() => compareMembers({ members: [member('none', true, NaN)], control: 'none' })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});

describe('size of a test', () => {
  it('is that of the textbook for equal arms', () => {
    // Fleiss: .5 against .6 needs 388 a group for 80 % at .05 without continuity correction (387.3 before rounding).
    expect(membersPerArm({ controlRate: 0.5, minimumEffect: 0.1 })).toBe(388);
  });

  it('is the smallest that has the power', () => {
    const rates = fc.record({
      controlRate: fc.double({ min: 0.01, max: 0.6, noNaN: true }),
      minimumEffect: fc.double({ min: 0.01, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(rates, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (question, controlFraction) => {
        const n = membersPerArm(question);
        const power = (size: number): number => powerOfTwoProportions({ ...question, nTreated: size, nControl: size });
        expect(power(n)).toBeGreaterThanOrEqual(0.8);
        expect(n === 1 || power(n - 1) < 0.8).toBe(true);
        const { audience, treated, control } = minimumAudience({ ...question, controlFraction });
        expect(treated + control).toBe(audience);
        expect(Math.abs(control - audience * controlFraction)).toBeLessThanOrEqual(0.5);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('is smallest with halves, and the same as two arms then', () => {
    const question = { controlRate: 0.1, minimumEffect: 0.02 };
    const half = minimumAudience({ ...question, controlFraction: 0.5 });
    expect(Math.abs(half.audience - 2 * membersPerArm(question))).toBeLessThanOrEqual(1);
    expect(minimumAudience({ ...question, controlFraction: 0.1 }).audience).toBeGreaterThan(2 * half.audience);
  });

  it.each([
    { controlRate: 0.1, minimumEffect: 0.02, controlFraction: 0 },
    { controlRate: 0.1, minimumEffect: 0.02, controlFraction: 1 },
    { controlRate: 0.1, minimumEffect: 0.02, controlFraction: 0.5, power: 1 },
    { controlRate: 0.1, minimumEffect: 0.02, controlFraction: 0.5, alpha: 0 },
    { controlRate: 0.1, minimumEffect: 1e-9, controlFraction: 0.5 },
    { controlRate: NaN, minimumEffect: 0.1, controlFraction: 0.5 },
  ])('cannot be told for %j', (question) => {
    expect(() => minimumAudience(question)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

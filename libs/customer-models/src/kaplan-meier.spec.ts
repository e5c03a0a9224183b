import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kaplanMeier, survivalAt, type Duration } from './kaplan-meier.js';
import { logRankTest, type GroupedDuration } from './log-rank.js';

const ended = (time: number): Duration => ({ time, ended: true });
const seen = (time: number): Duration => ({ time, ended: false });

// Weeks of remission of leukaemia patients (Freireich et al. 1963, as in Cox 1972).
const MERCAPTOPURINE = [
  ...[6, 6, 6, 7, 10, 13, 16, 22, 23].map(ended),
  ...[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(seen),
];
const PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23].map(ended);
const TRIAL: readonly GroupedDuration[] = [
  ...MERCAPTOPURINE.map((duration) => ({ ...duration, group: '6-MP' })),
  ...PLACEBO.map((duration) => ({ ...duration, group: 'placebo' })),
];

const someDurations = fc.array(fc.record({ time: fc.integer({ min: 0, max: 20 }), ended: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

describe('survival curve', () => {
  it("has the published steps and Greenwood's errors of the remission data", () => {
    const { steps, median } = kaplanMeier(MERCAPTOPURINE);
    expect(steps.map(({ time, atRisk, ended: left }) => [time, atRisk, left])).toEqual([
      [6, 21, 3],
      [7, 17, 1],
      [10, 15, 1],
      [13, 12, 1],
      [16, 11, 1],
      [22, 7, 1],
      [23, 6, 1],
    ]);
    const published = [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448];
    expect(steps.map(({ survival }) => survival)).toEqual(published.map((value) => expect.closeTo(value, 3)));
    const errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346];
    expect(steps.map(({ standardError }) => standardError)).toEqual(errors.map((value) => expect.closeTo(value, 4)));
    expect(median).toBe(23);
    expect(kaplanMeier(PLACEBO).median).toBe(8);
  });

  it('has intervals on the log(−log) scale', () => {
    // The transformed curve, ln(−ln S), has Greenwood's error divided by |S ln S|.
    const [first] = kaplanMeier(MERCAPTOPURINE).steps;
    const survival = 18 / 21;
    const half = (1.959964 * Math.sqrt(3 / (21 * 18))) / Math.abs(Math.log(survival));
    const centre = Math.log(-Math.log(survival));
    expect(first?.interval?.[0]).toBeCloseTo(Math.exp(-Math.exp(centre + half)), 6);
    expect(first?.interval?.[1]).toBeCloseTo(Math.exp(-Math.exp(centre - half)), 6);
  });

  it('is the share still there where nobody is censored, with the binomial error', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }), (times) => {
        for (const step of kaplanMeier(times.map(ended)).steps) {
          const share = times.filter((time) => time > step.time).length / times.length;
          expect(step.survival).toBeCloseTo(share, 12);
          expect(step.standardError).toBeCloseTo(Math.sqrt((share * (1 - share)) / times.length), 12);
        }
      }),
      { seed: 1 },
    );
  });

  it('never rises, keeps count of everybody, and does not depend on the order of the customers', () => {
    fc.assert(
      fc.property(someDurations, (durations) => {
        const curve = kaplanMeier(durations);
        expect(kaplanMeier(durations.toReversed())).toEqual(curve);
        let before = 1;
        let counted = curve.censoredBefore;
        for (const step of curve.steps) {
          expect(step.survival).toBeLessThan(before);
          expect(step.interval === null).toBe(step.survival === 0);
          if (step.interval !== null) {
            expect(step.interval[0] >= 0 && step.interval[0] <= step.survival).toBe(true);
            expect(step.interval[1] <= 1 && step.interval[1] >= step.survival).toBe(true);
          }
          before = step.survival;
          counted += step.ended + step.censored;
        }
        expect(counted).toBe(durations.length);
      }),
      { seed: 1 },
    );
  });

  it('stays at 1 when nobody left, and has no median', () => {
    const curve = kaplanMeier([seen(3), seen(5)]);
    expect(curve).toEqual({ steps: [], customers: 2, ended: 0, censoredBefore: 2, median: null });
    expect(survivalAt(curve, 100)).toBe(1);
  });

  it('is read off between its steps', () => {
    const curve = kaplanMeier(MERCAPTOPURINE);
    expect(survivalAt(curve, 5.9)).toBe(1);
    expect(survivalAt(curve, 6)).toBe(18 / 21);
    expect(survivalAt(curve, 40)).toBe(curve.steps.at(-1)?.survival);
  });

  it('refuses nobody, impossible times and levels', () => {
    expect(() => kaplanMeier([])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    for (const time of [-1, NaN, Infinity]) {
      expect(() => kaplanMeier([ended(time)])).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    }
    expect(() => kaplanMeier([ended(1)], 1)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => survivalAt(kaplanMeier([ended(1)]), NaN)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

describe('log-rank test', () => {
  it('finds the published difference between the arms of the remission trial', () => {
    const { groups, chiSquared, degrees, p } = logRankTest(TRIAL)!;
    expect(groups).toEqual([
      { group: '6-MP', customers: 21, observed: 9, expected: expect.closeTo(19.25, 2) },
      { group: 'placebo', customers: 21, observed: 21, expected: expect.closeTo(10.75, 2) },
    ]);
    expect(Math.abs(chiSquared - 16.79)).toBeLessThan(0.005);
    expect(degrees).toBe(1);
    expect(p).toBeCloseTo(4.17e-5, 7);
  });

  it('finds nothing between two halves that are alike', () => {
    const halves = ['a', 'b'].flatMap((group) => PLACEBO.map((duration) => ({ ...duration, group })));
    expect(logRankTest(halves)).toMatchObject({ chiSquared: expect.closeTo(0, 12), p: expect.closeTo(1, 6) });
  });

  it('depends neither on the order of the customers nor on the names of the groups', () => {
    const grouped = fc.array(
      fc.record({ time: fc.integer({ min: 0, max: 12 }), ended: fc.boolean(), group: fc.constantFrom('a', 'b', 'c') }),
      { minLength: 40, maxLength: 80 },
    );
    const renamed: Record<string, string> = { a: 'z', b: 'y', c: 'x' };
    fc.assert(
      fc.property(grouped, (durations) => {
        const test = logRankTest(durations)!;
        expect(logRankTest(durations.toReversed())).toEqual(test);
        const other = logRankTest(durations.map((entry) => ({ ...entry, group: renamed[entry.group] ?? '' })))!;
        expect(other.chiSquared).toBeCloseTo(test.chiSquared, 8);
        const [observed, expected] = [
          test.groups.reduce((sum, group) => sum + group.observed, 0),
          test.groups.reduce((sum, group) => sum + group.expected, 0),
        ];
        expect(expected).toBeCloseTo(observed, 9);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('leaves a group aside that was gone before anybody left', () => {
    const with3 = [...TRIAL, { time: 0.5, ended: false, group: 'gone' }];
    expect(logRankTest(with3)).toMatchObject({ degrees: 1, chiSquared: logRankTest(TRIAL)!.chiSquared });
  });

  it('refuses one group', () => {
    expect(() => logRankTest(TRIAL.slice(0, 3))).toThrow(expect.objectContaining({ code: 'too-few-groups' }));
  });

  it('has nothing to say of groups that nobody left', () => {
    expect(logRankTest(TRIAL.map((entry) => ({ ...entry, ended: false })))).toBeNull();
  });
});

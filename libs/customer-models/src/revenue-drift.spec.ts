import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { revenueDrift, stabilityIndex, type RevenuePair } from './revenue-drift.js';

const pairs = (moves: readonly (readonly [number | null, number | null, number])[]): readonly RevenuePair[] =>
  moves.flatMap(([before, after, customers]) => Array.from({ length: customers }, () => ({ before, after })));

describe('revenue drift', () => {
  it('counts the moves between terciles, and to and from no purchase', () => {
    const drift = revenueDrift(
      pairs([
        [10, 10, 20],
        [10, 20, 5],
        [20, 20, 15],
        [20, 30, 10],
        [30, 30, 15],
        [30, 10, 5],
        [30, null, 5],
        [null, 10, 0],
        [null, 20, 5],
      ]),
    );
    expect(drift.transitions).toEqual([
      { from: 'none', customers: 5, to: { none: 0, low: 0, middle: 5, high: 0 } },
      { from: 'low', customers: 25, to: { none: 0, low: 20, middle: 5, high: 0 } },
      { from: 'middle', customers: 25, to: { none: 0, low: 0, middle: 15, high: 10 } },
      { from: 'high', customers: 25, to: { none: 5, low: 5, middle: 0, high: 15 } },
    ]);
    expect(drift.stayed).toBeCloseTo(50 / 70, 12);
    // χ² of this table and its tail: scipy 1.17, stats.chi2_contingency.
    expect(drift.independence!.statistic).toBeCloseTo(56.0, 10);
    expect(drift.independence!.degrees).toBe(4);
    expect(drift.independence!.p / 2.0051760310126603e-11).toBeCloseTo(1, 8);
  });

  it('has a stability index of 0 for revenue that stays as it is', () => {
    const same = Array.from({ length: 90 }, (_, i) => ({ before: i, after: (i * 7) % 90 }));
    expect(revenueDrift(same).psi).toBeCloseTo(0, 12);
  });

  it('has a stability index by the terciles of the first period', () => {
    const { psi } = revenueDrift(
      pairs([
        [10, 10, 20],
        [20, 10, 20],
        [30, 20, 10],
        [30, 30, 10],
      ]),
    );
    expect(psi).toBeCloseTo((40 / 60 - 1 / 3) * Math.log(2) + 2 * (1 / 6 - 1 / 3) * Math.log(1 / 2), 12);
    expect(
      revenueDrift(
        pairs([
          [10, 5, 1],
          [20, 5, 1],
          [30, 5, 1],
        ]),
      ).psi,
    ).toBeGreaterThan(0.25);
  });

  it('has no test and no stayers where nobody buys in both periods', () => {
    const drift = revenueDrift(
      pairs([
        [10, null, 3],
        [null, 10, 3],
      ]),
    );
    expect(drift).toMatchObject({ stayed: null, independence: null });
    expect(revenueDrift(pairs([[10, 10, 3]]))).toMatchObject({ stayed: 1, independence: null });
  });

  it('does not depend on the order of the customers or the money unit', () => {
    const revenue = fc.option(fc.integer({ min: 0, max: 1_000 }));
    const anybody = { before: 7, after: 7 };
    fc.assert(
      fc.property(fc.array(fc.record({ before: revenue, after: revenue })), (given) => {
        const drift = revenueDrift([anybody, ...given]);
        expect(revenueDrift([...given.toReversed(), anybody])).toEqual(drift);
        const doubled = [anybody, ...given].map(({ before, after }) => ({
          before: before === null ? null : before * 2,
          after: after === null ? null : after * 2,
        }));
        const { transitions, stayed, independence, psi } = revenueDrift(doubled);
        expect({ ...drift, transitions, stayed, independence, psi }).toEqual(drift);
        expect(drift.transitions.reduce((sum, row) => sum + row.customers, 0)).toBe(given.length + 1);
      }),
    );
  });

  it('refuses a period without buyers and revenue that is not a number', () => {
    expect(() => revenueDrift([])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => revenueDrift([{ before: 1, after: null }])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => revenueDrift([{ before: 1, after: NaN }])).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

describe('population stability index', () => {
  const from = (start: number): readonly number[] => Array.from({ length: 1_000 }, (_, index) => start + index);

  it('is 0 for the same population, in whatever order', () => {
    expect(stabilityIndex(10, from(0), [...from(0)].reverse())).toBe(0);
  });

  it('is small for a small move and large for a large one', () => {
    expect(stabilityIndex(10, from(0), from(20))).toBeLessThan(0.1);
    expect(stabilityIndex(10, from(0), from(500))).toBeGreaterThan(0.25);
  });

  it('stays a number when nobody is in a class any more, and when all are alike', () => {
    expect(Number.isFinite(stabilityIndex(10, from(0), from(5_000)))).toBe(true);
    expect(stabilityIndex(10, [3, 3, 3], [3, 3])).toBeCloseTo(0, 1);
  });
});

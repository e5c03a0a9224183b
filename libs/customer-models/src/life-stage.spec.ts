import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIFE_STAGES, lifeStagePurchases, type CategorisedPurchase } from './life-stage.js';

const bought = (customer: string, date: string, category: string, amount = 10): CategorisedPurchase => ({
  customer,
  date,
  amount,
  category,
});
const purchases = [
  bought('ann', '1997-01-01', 'cot'),
  bought('ann', '1997-01-01', 'toy'),
  bought('ann', '1997-01-11', 'toy'),
  bought('ann', '1997-03-02', 'book'),
  bought('bob', '1997-01-05', 'cot'),
  bought('bob', '1997-01-25', 'toy'),
];

describe('life-stage purchases', () => {
  it('tell days between purchases and category mix by number of the occasion', () => {
    const [first, second, growing, regular] = lifeStagePurchases(purchases);
    expect(first).toEqual({
      stage: 'first',
      fromOccasion: 1,
      customers: 2,
      occasions: 2,
      daysBetween: null,
      categories: [
        { category: 'cot', lines: 2, share: 2 / 3 },
        { category: 'toy', lines: 1, share: 1 / 3 },
      ],
    });
    expect(second).toMatchObject({ customers: 2, daysBetween: { mean: 15, median: 15, q1: 12.5, q3: 17.5 } });
    expect(growing).toMatchObject({
      customers: 1,
      daysBetween: { mean: 50 },
      categories: [{ category: 'book', share: 1 }],
    });
    expect(regular).toMatchObject({ customers: 0, occasions: 0, daysBetween: null, categories: [] });
  });

  it('do not count returns', () => {
    const returned = [...purchases, bought('bob', '1997-01-15', 'cot', -10)];
    expect(lifeStagePurchases(returned)).toEqual(lifeStagePurchases(purchases));
  });

  it('are the same in any order, and every purchase is in one stage', () => {
    const line = fc.record({
      customer: fc.constantFrom('ann', 'bob'),
      day: fc.integer({ min: 1, max: 28 }),
      category: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(line), (given) => {
        const lines = given.map(({ customer, day, category }) =>
          bought(customer, `1997-01-${String(day).padStart(2, '0')}`, category),
        );
        const stages = lifeStagePurchases(lines);
        expect(lifeStagePurchases(lines.toReversed())).toEqual(stages);
        expect(stages.flatMap(({ categories }) => categories).reduce((sum, { lines: count }) => sum + count, 0)).toBe(
          given.length,
        );
        const days = new Set(given.map(({ customer, day }) => `${customer} ${day}`));
        expect(stages.reduce((sum, { occasions }) => sum + occasions, 0)).toBe(days.size);
      }),
    );
  });

  it('can be cut into other stages, which ascend from occasion 1', () => {
    const stages = [{ name: 'all', fromOccasion: 1 }];
    expect(lifeStagePurchases(purchases, stages)).toHaveLength(1);
    expect(LIFE_STAGES.map(({ fromOccasion }) => fromOccasion)).toEqual([1, 2, 3, 6]);
    for (const bad of [
      [],
      [{ name: 'late', fromOccasion: 2 }],
      [...stages, ...stages],
      [{ name: 'half', fromOccasion: 1.5 }],
    ]) {
      expect(() => lifeStagePurchases(purchases, bad)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    }
  });

  it('refuse a purchase without customer, category, amount or date', () => {
    for (const bad of [
      bought('', '1997-01-01', 'a'),
      bought('ann', '1997-01-01', ''),
      bought('ann', '1997-01-01', 'a', NaN),
    ]) {
      expect(() => lifeStagePurchases([bad])).toThrow(expect.objectContaining({ code: 'invalid-purchase' }));
    }
    expect(() => lifeStagePurchases([bought('ann', 'now', 'a')])).toThrow(
      expect.objectContaining({ code: 'invalid-date' }),
    );
  });
});

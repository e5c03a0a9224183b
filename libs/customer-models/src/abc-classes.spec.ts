import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abcClasses } from './abc-classes.js';

const of = (revenues: Readonly<Record<string, number>>): { item: string; revenue: number }[] =>
  Object.entries(revenues).map(([item, revenue]) => ({ item, revenue }));

const someItems = fc
  .array(fc.integer({ min: -50, max: 1_000 }), { minLength: 1, maxLength: 30 })
  .filter((revenues) => revenues.some((revenue) => revenue > 0))
  .map((revenues) => revenues.map((revenue, i) => ({ item: `item ${i}`, revenue })));

describe('ABC of products', () => {
  it('goes by the share before the item, so that the one that crosses an edge is in the better class', () => {
    const classes = abcClasses(of({ tea: 50, cup: 29, pot: 2, jam: 13, salt: 3, tin: 3 }));
    expect(classes.map(({ item, shareBefore, class: found }) => [item, shareBefore, found])).toEqual([
      ['tea', 0, 'A'],
      ['cup', 0.5, 'A'],
      ['jam', 0.79, 'A'],
      ['salt', 0.92, 'B'],
      ['tin', 0.95, 'C'],
      ['pot', 0.98, 'C'],
    ]);
  });

  it('has a single product in A, whatever its share', () => {
    expect(abcClasses(of({ all: 1 }))[0]).toMatchObject({ class: 'A', rank: 1, shareBefore: 0 });
  });

  it('keeps products without revenue or with more returns than sales in C and out of the total', () => {
    const classes = abcClasses(of({ good: 10, dead: 0, bad: -40 }));
    expect(classes.map(({ item, class: found }) => item + found)).toEqual(['goodA', 'deadC', 'badC']);
  });

  it('depends neither on the order of the products nor on the unit of money', () => {
    fc.assert(
      fc.property(someItems, (items) => {
        const classes = abcClasses(items);
        expect(abcClasses(items.toReversed())).toEqual(classes);
        const inCents = abcClasses(items.map(({ item, revenue }) => ({ item, revenue: revenue * 100 })));
        expect(inCents.map((entry) => entry.class)).toEqual(classes.map((entry) => entry.class));
        const letters = classes.map((entry) => entry.class);
        expect(letters).toEqual(letters.toSorted());
      }),
      { seed: 1 },
    );
  });

  it('refuses nothing sold, revenue that is none, a product given twice and edges out of order', () => {
    expect(() => abcClasses([])).toThrow(expect.objectContaining({ code: 'no-values' }));
    expect(() => abcClasses(of({ a: 0, b: -1 }))).toThrow(expect.objectContaining({ code: 'no-values' }));
    expect(() => abcClasses(of({ a: 1, b: NaN }))).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining("'b'") }),
    );
    expect(() => abcClasses(of({ a: 1e308, b: 1e308 }))).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('all items') }),
    );
    expect(() => abcClasses([...of({ a: 1 }), ...of({ a: 2 })])).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
    expect(() => abcClasses(of({ a: 1 }), { a: 0.9, b: 0.8 })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});

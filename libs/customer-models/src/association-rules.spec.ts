import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { associationRules, type AssociationRule } from './association-rules.js';
import { describeWith, readRows } from './spec-kit/public-data.js';

const baskets = [['bread', 'butter', 'milk'], ['bread', 'butter'], ['bread', 'milk', 'milk'], ['milk'], []];

const someBaskets = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 }), {
  minLength: 1,
  maxLength: 40,
});

describe('association rules', () => {
  it('have the measures of a case done by hand', () => {
    const { rules, ...counts } = associationRules(baskets, { support: 0.4, confidence: 0.6 });
    expect(counts).toEqual({ baskets: 5, items: 3, itemSets: 5 });
    expect(rules).toEqual([
      expect.objectContaining({ left: ['butter'], right: 'bread', confidence: 1, conviction: null }),
      {
        left: ['bread'],
        right: 'butter',
        count: 2,
        support: 0.4,
        confidence: 2 / 3,
        lift: expect.closeTo(2 / 3 / 0.4, 12),
        leverage: expect.closeTo(0.4 - 0.6 * 0.4, 12),
        conviction: expect.closeTo(0.6 / (1 / 3), 12),
      },
      expect.objectContaining({ left: ['milk'], right: 'bread', confidence: 2 / 3 }),
      expect.objectContaining({ left: ['bread'], right: 'milk', confidence: 2 / 3 }),
    ]);
  });

  it('are those that counting every subset finds', () => {
    const question = { support: 0.1, confidence: 0.5, mostItems: 4 };
    fc.assert(
      fc.property(someBaskets, (some) => {
        const { rules } = associationRules(some, question);
        const name = ({ left, right, count }: AssociationRule): string => `${left.join('')}>${right} ${count}`;
        expect(rules.map(name).toSorted()).toEqual(countedRules(some, question).toSorted());
      }),
      { seed: 1 },
    );
  });

  it('do not depend on the order of baskets and items', () => {
    fc.assert(
      fc.property(someBaskets, (some) => {
        const question = { support: 0.1, confidence: 0.3 };
        const turned = some.toReversed().map((basket) => basket.toReversed());
        expect(associationRules(turned, question)).toEqual(associationRules(some, question));
      }),
      { seed: 1 },
    );
  });

  it('take a support of .07 of 100 baskets for 7 baskets', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => (i < 7 ? ['a', 'b'] : ['c']));
    expect(associationRules(hundred, { support: 0.07, confidence: 1 }).rules).toHaveLength(2);
    expect(associationRules(hundred, { support: 0.0701, confidence: 1 }).rules).toHaveLength(0);
  });

  it('count baskets beyond the first 32', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => (i % 31 === 0 ? ['a', 'b'] : ['a']));
    const [rule] = associationRules(many, { support: 0.03, confidence: 0.9 }).rules;
    expect(rule).toMatchObject({ left: ['b'], right: 'a', count: 33 });
  });

  it('give up where item sets explode', () => {
    const alike = Array.from({ length: 3 }, () => Array.from({ length: 30 }, (_, i) => `item ${i}`));
    expect(() => associationRules(alike, { support: 0.5, confidence: 0.5, mostSets: 5_000 })).toThrow(
      expect.objectContaining({ code: 'too-many-item-sets' }),
    );
  });

  it.each([
    [{ support: 0, confidence: 0.5 }, 'support'],
    [{ support: NaN, confidence: 0.5 }, 'support'],
    [{ support: 0.1, confidence: 1.1 }, 'confidence'],
    [{ support: 0.1, confidence: 0.5, mostItems: 1 }, 'mostItems'],
    [{ support: 0.1, confidence: 0.5, mostSets: 0 }, 'mostSets'],
  ])('refuse the question %j', (question, name) => {
    expect(() => associationRules(baskets, question)).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(name) }),
    );
  });

  it('need a basket', () => {
    expect(() => associationRules([], { support: 0.1, confidence: 0.5 })).toThrow(
      expect.objectContaining({ code: 'no-values' }),
    );
  });
});

/** Every left side of up to three items and every right side, by looking into all baskets. */
function countedRules(
  some: readonly (readonly string[])[],
  { support, confidence }: { readonly support: number; readonly confidence: number },
): readonly string[] {
  const items = ['a', 'b', 'c', 'd', 'e', 'f'];
  const held = (set: readonly string[]): number =>
    some.filter((basket) => set.every((item) => basket.includes(item))).length;
  const found: string[] = [];
  for (let mask = 1; mask < 64; mask += 1) {
    const left = items.filter((_, i) => (mask >> i) % 2 === 1);
    for (const right of items) {
      const count = held([...left, right]);
      const possible = left.length <= 3 && !left.includes(right) && count > 0;
      if (possible && count / some.length >= support && count / held(left) >= confidence) {
        found.push(`${left.join('')}>${right} ${count}`);
      }
    }
  }
  return found;
}

function readBaskets(): readonly (readonly string[])[] {
  const found = new Map<string, string[]>();
  for (const row of readRows('groceries_lines.csv')) {
    const [basket = '', item = ''] = row.split(',');
    found.set(basket, [...(found.get(basket) ?? []), item]);
  }
  return [...found.values()];
}

describeWith('groceries_lines.csv', 'Groceries', () => {
  const groceries = readBaskets();

  it.each([
    [0.001, 0.8, 410],
    [0.001, 0.5, 5_668],
    [0.006, 0.25, 463],
    [0.01, 0.5, 15],
  ])('at support %d and confidence %d has the published number of rules', (support, confidence, rules) => {
    expect(associationRules(groceries, { support, confidence })).toMatchObject({
      baskets: 9_835,
      items: 169,
      rules: { length: rules },
    });
  });

  it('has the published sizes and the published rule at the top', () => {
    const { rules } = associationRules(groceries, { support: 0.001, confidence: 0.8 });
    const ofSize = (size: number): number => rules.filter(({ left }) => left.length + 1 === size).length;
    expect([3, 4, 5, 6].map(ofSize)).toEqual([29, 229, 140, 12]);
    expect(rules[0]).toMatchObject({
      left: ['liquor', 'red/blush wine'],
      right: 'bottled beer',
      count: 19,
      confidence: expect.closeTo(0.9048, 4),
      lift: expect.closeTo(11.235, 3),
    });
  });
});

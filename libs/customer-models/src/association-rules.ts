import { ModelDataError } from './errors.js';
import { frequentItemSets, type ItemSet } from './item-sets.js';

export type AssociationQuestion = {
  /** Least share of baskets that hold both sides, 0 < support ≤ 1. */
  readonly support: number;
  /** Least share of the baskets with the left side that hold the right side too, 0 ≤ confidence ≤ 1. */
  readonly confidence: number;
  /** Most items on both sides together, default 10. */
  readonly mostItems?: number;
  /** Most frequent item sets before the search gives up, default a million. */
  readonly mostSets?: number;
};

/** Baskets with all of `left` hold `right` too. */
export type AssociationRule = {
  /** In code-unit order. */
  readonly left: readonly string[];
  readonly right: string;
  /** Baskets that hold both sides. */
  readonly count: number;
  readonly support: number;
  readonly confidence: number;
  /** Confidence over the right side's own share of baskets. */
  readonly lift: number;
  /** Support less what it would be if the sides had nothing to do with each other. */
  readonly leverage: number;
  /** (1 − share of the right side) / (1 − confidence); null for a rule without exception. */
  readonly conviction: number | null;
};

export type AssociationResult = {
  /** The highest lift first, then count, then by name. */
  readonly rules: readonly AssociationRule[];
  readonly baskets: number;
  readonly items: number;
  readonly itemSets: number;
};

type Search = {
  readonly names: readonly string[];
  readonly baskets: number;
  /** Baskets by item set, keyed by its numbers. */
  readonly counts: ReadonlyMap<string, number>;
  readonly confidence: number;
};

/**
 * Association rules with one item on the right and at least one on the left, as `arules::apriori` has them with `minlen = 2`:
 * a rule needs ⌈support × baskets⌉ baskets. An item counts once a basket, and the order of baskets and items does not matter;
 * an empty basket is one. Throws `invalid-value`, `no-values` without a basket, or `too-many-item-sets`.
 */
export function associationRules(
  baskets: Iterable<readonly string[]>,
  question: AssociationQuestion,
): AssociationResult {
  checkQuestion(question);
  const { support, confidence, mostItems = 10, mostSets = 1_000_000 } = question;
  const distinct = [...baskets].map((basket) => new Set(basket));
  if (distinct.length === 0) throw new ModelDataError('no-values', 'there is no basket');
  const names = rarestFirst(distinct);
  const numbers = new Map(names.map((name, i) => [name, i]));
  const sets = frequentItemSets(
    distinct.map((basket) => Array.from(basket, (name) => numbers.get(name) ?? 0)),
    { leastCount: leastCount(support, distinct.length), mostItems, mostSets },
  );
  const counts = new Map(sets.map(({ items, count }) => [keyOf(items), count]));
  const search: Search = { names, baskets: distinct.length, counts, confidence };
  return {
    rules: sets.flatMap((set) => rulesOf(set, search)).sort(byStrength),
    baskets: distinct.length,
    items: names.length,
    itemSets: sets.length,
  };
}

function rulesOf(
  { items, count }: ItemSet,
  { names, baskets, counts, confidence }: Search,
): readonly AssociationRule[] {
  if (items.length < 2) return [];
  const rules: AssociationRule[] = [];
  for (const [at, item] of items.entries()) {
    const left = items.toSpliced(at, 1);
    const leftCount = counts.get(keyOf(left)) ?? Infinity;
    const found = count / leftCount;
    if (found < confidence) continue;
    const rightCount = counts.get(keyOf([item])) ?? Infinity;
    rules.push({
      left: left.map((number) => names[number] ?? '').sort(),
      right: names[item] ?? '',
      count,
      support: count / baskets,
      confidence: found,
      lift: (count * baskets) / (leftCount * rightCount),
      leverage: (count * baskets - leftCount * rightCount) / (baskets * baskets),
      conviction: count === leftCount ? null : (1 - rightCount / baskets) / (1 - found),
    });
  }
  return rules;
}

/** ⌈support × baskets⌉, but 7 and not 8 for 0.07 of 100, whose product comes out a little above 7. */
function leastCount(support: number, baskets: number): number {
  const exact = support * baskets;
  const nearest = Math.round(exact);
  return Math.max(1, Math.abs(exact - nearest) < 1e-9 * exact ? nearest : Math.ceil(exact));
}

function rarestFirst(baskets: readonly ReadonlySet<string>[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const basket of baskets) for (const name of basket) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, countA], [b, countB]) => countA - countB || compareNames(a, b)).map(([name]) => name);
}

function byStrength(a: AssociationRule, b: AssociationRule): number {
  return (
    b.lift - a.lift ||
    b.count - a.count ||
    compareNames(a.right, b.right) ||
    compareNames(JSON.stringify(a.left), JSON.stringify(b.left))
  );
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function keyOf(items: readonly number[]): string {
  return items.join(',');
}

function checkQuestion({ support, confidence, mostItems = 10, mostSets = 1 }: AssociationQuestion): void {
  const fail = (name: string, value: number): never => {
    throw new ModelDataError('invalid-value', `${name} cannot be ${value}`);
  };
  if (!(support > 0 && support <= 1)) fail('support', support);
  if (!(confidence >= 0 && confidence <= 1)) fail('confidence', confidence);
  if (!Number.isInteger(mostItems) || mostItems < 2) fail('mostItems', mostItems);
  if (!Number.isInteger(mostSets) || mostSets < 1) fail('mostSets', mostSets);
}

import { ModelDataError } from './errors.js';

export type ItemSetQuestion = {
  /** Baskets that an item set must be in, a whole number ≥ 1. */
  readonly leastCount: number;
  readonly mostItems: number;
  /** Guard against an explosion: with more frequent sets than this the search gives up. */
  readonly mostSets: number;
};

/** Ascending item numbers and the number of baskets that hold all of them. */
export type ItemSet = { readonly items: readonly number[]; readonly count: number };

/** An item with the baskets that hold it and the whole prefix, one bit for each basket of the prefix's first item. */
type Candidate = { readonly item: number; readonly bits: Uint32Array; readonly count: number };

/**
 * All frequent item sets by Eclat (Zaki 2000): depth first, the baskets of a set as bits, one AND and a count of bits for
 * each candidate. Below every first item only its own baskets have a bit, so the bit sets of rare items are short.
 * `baskets` hold distinct item numbers from 0 up, rarer items with lower numbers make it fastest.
 * Throws `too-many-item-sets`.
 */
export function frequentItemSets(
  baskets: readonly (readonly number[])[],
  question: ItemSetQuestion,
): readonly ItemSet[] {
  const found: ItemSet[] = [];
  const holdersOfItems = holdersOf(baskets);
  for (const [item, holders] of holdersOfItems.entries()) {
    if (holders.length < question.leastCount) continue;
    report(found, { items: [item], count: holders.length }, question);
    const candidates = candidatesAfter(item, holders, { ...question, items: holdersOfItems.length });
    extend(found, [item], { candidates, question });
  }
  return found;
}

function holdersOf(baskets: readonly (readonly number[])[]): readonly (readonly (readonly number[])[])[] {
  const holders: (readonly number[])[][] = [];
  for (const basket of baskets) {
    for (const item of basket) {
      while (holders.length <= item) holders.push([]);
      holders[item]?.push(basket);
    }
  }
  return holders;
}

/** Counts first, so that only the frequent items get bits. */
function candidatesAfter(
  first: number,
  holders: readonly (readonly number[])[],
  { leastCount, items }: ItemSetQuestion & { readonly items: number },
): readonly Candidate[] {
  const counts = new Uint32Array(items);
  for (const basket of holders) for (const item of basket) counts[item] = (counts[item] ?? 0) + 1;
  const words = Math.ceil(holders.length / 32);
  const bitsOf = Array.from(counts, (count, item) =>
    item > first && count >= leastCount ? new Uint32Array(words) : undefined,
  );
  for (const [at, basket] of holders.entries()) {
    for (const item of basket) {
      const bits = bitsOf[item];
      if (bits !== undefined) bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
    }
  }
  return bitsOf.flatMap((bits, item) => (bits === undefined ? [] : [{ item, bits, count: counts[item] ?? 0 }]));
}

function extend(
  found: ItemSet[],
  prefix: readonly number[],
  { candidates, question }: { readonly candidates: readonly Candidate[]; readonly question: ItemSetQuestion },
): void {
  if (prefix.length >= question.mostItems) return;
  for (const [i, { item, bits, count }] of candidates.entries()) {
    const items = [...prefix, item];
    report(found, { items, count }, question);
    const longer: Candidate[] = [];
    for (let j = i + 1; j < candidates.length; j += 1) {
      const other = candidates[j];
      if (other === undefined) continue;
      const common = countCommon(bits, other.bits);
      if (common >= question.leastCount) longer.push({ item: other.item, bits: and(bits, other.bits), count: common });
    }
    extend(found, items, { candidates: longer, question });
  }
}

function report(found: ItemSet[], set: ItemSet, { mostSets }: ItemSetQuestion): void {
  if (found.length >= mostSets) {
    throw new ModelDataError('too-many-item-sets', `more than ${mostSets} item sets: ask for a higher support`);
  }
  found.push(set);
}

function and(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i += 1) both[i] = (a[i] ?? 0) & (b[i] ?? 0);
  return both;
}

function countCommon(a: Uint32Array, b: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 1) {
    const word = (a[i] ?? 0) & (b[i] ?? 0);
    if (word !== 0) count += bitsIn(word);
  }
  return count;
}

/** Bits set in 32, added up in pairs, fours and bytes (Hacker's Delight, 5-1). */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

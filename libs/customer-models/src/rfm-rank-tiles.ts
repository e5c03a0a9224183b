import { ModelDataError } from './errors.js';
import type { RfmScore } from './rfm-segments.js';
import type { RfmValues } from './rfm.js';

export type KeyedRfmValues = RfmValues & { readonly customer: string };

const TILES = 5;

/**
 * RFM by rank, as SQL's `ntile(5) over (order by value, customer)`: groups of equal size, ties split by customer id
 * (code-unit order). Two equal customers can score differently; `rfm.ts` has the definition that never does so.
 * Scores come in the order of the input. Throws `invalid-value` for a value that is not a number.
 */
export function scoreRfmByRank(customers: readonly KeyedRfmValues[]): readonly RfmScore[] {
  const r = rankTiles(customers, (customer) => -customer.recencyDays);
  const f = rankTiles(customers, (customer) => customer.frequency);
  const m = rankTiles(customers, (customer) => customer.monetary);
  return customers.map((_, i) => ({ r: r[i] ?? 1, f: f[i] ?? 1, m: m[i] ?? 1 }));
}

function rankTiles(customers: readonly KeyedRfmValues[], valueOf: (customer: RfmValues) => number): readonly number[] {
  const ranked = customers.map((customer, index) => ({ index, value: valueOf(customer), key: customer.customer }));
  if (ranked.some(({ value }) => Number.isNaN(value))) {
    throw new ModelDataError('invalid-value', 'a value to rank is not a number');
  }
  ranked.sort((a, b) => a.value - b.value || (a.key < b.key ? -1 : Number(a.key > b.key)));
  const tiles = new Array<number>(customers.length);
  for (const [rank, { index }] of ranked.entries()) tiles[index] = tileOf(rank, customers.length);
  return tiles;
}

/** The first `count mod 5` tiles hold one more than the others. */
function tileOf(rank: number, count: number): number {
  const size = Math.floor(count / TILES);
  const larger = count % TILES;
  const inLarger = larger * (size + 1);
  return rank < inLarger ? 1 + Math.floor(rank / (size + 1)) : 1 + larger + Math.floor((rank - inLarger) / size);
}

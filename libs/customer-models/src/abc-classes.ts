import { checkedSum, ModelDataError } from './errors.js';

/** Net revenue of a product in any one unit; below 0 where returns outweigh sales. */
export type ItemRevenue = { readonly item: string; readonly revenue: number };

export type AbcClass = 'A' | 'B' | 'C';

export type AbcItem = ItemRevenue & {
  readonly rank: number;
  /** Share of all positive revenue that the items before this one bring, 0…1. */
  readonly shareBefore: number;
  readonly class: AbcClass;
};

export type AbcEdges = { readonly a: number; readonly b: number };

/**
 * ABC by the revenue share before the item: A while the items before it bring less than 80 %, B while less than 95 %, else C.
 * So the item that crosses an edge still belongs to the better class, and the first one is always an A. Ordered by revenue,
 * equal revenues by name in code-unit order; items without positive revenue are C and not part of the total.
 * Throws `no-values` when no item has positive revenue, and `invalid-value`, also for an item given twice and a total
 * that overflows.
 */
export function abcClasses(items: Iterable<ItemRevenue>, edges: AbcEdges = { a: 0.8, b: 0.95 }): readonly AbcItem[] {
  if (!(edges.a > 0 && edges.a <= edges.b && edges.b <= 1)) {
    throw new ModelDataError('invalid-value', `edges ${edges.a} and ${edges.b} are not ascending shares`);
  }
  const sorted = [...items].sort((a, b) => b.revenue - a.revenue || (a.item < b.item ? -1 : 1));
  checkItems(sorted);
  const revenues = sorted.reduce((sum, { revenue }) => sum + Math.max(0, revenue), 0);
  const total = checkedSum('the revenue of all items', revenues);
  if (total === 0) throw new ModelDataError('no-values', 'no item has positive revenue');
  let before = 0;
  return sorted.map(({ item, revenue }, i) => {
    const shareBefore = Math.min(1, before / total);
    before += Math.max(0, revenue);
    return { item, revenue, rank: i + 1, shareBefore, class: revenue > 0 ? classOf(shareBefore, edges) : 'C' };
  });
}

function classOf(shareBefore: number, { a, b }: AbcEdges): AbcClass {
  if (shareBefore < a) return 'A';
  return shareBefore < b ? 'B' : 'C';
}

function checkItems(items: readonly ItemRevenue[]): void {
  const seen = new Set<string>();
  for (const { item, revenue } of items) {
    if (!Number.isFinite(revenue)) {
      throw new ModelDataError('invalid-value', `revenue of item '${item}' is ${revenue}, not a finite number`);
    }
    if (seen.has(item)) throw new ModelDataError('invalid-value', `item '${item}' is given twice`);
    seen.add(item);
  }
}

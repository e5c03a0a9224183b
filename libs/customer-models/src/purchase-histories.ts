import { ModelDataError } from './errors.js';
import type { PurchaseHistory } from './purchase-summary.js';

type Row = { readonly tx: number; readonly T: number; readonly customers: number };
/** Customers with the same number of repeat purchases: what depends on x alone is computed once for all of them. */
export type HistoryGroup = { readonly x: number; readonly customers: number; readonly rows: readonly Row[] };

/** Throws `invalid-history` unless x is a whole number ≥ 0, 0 ≤ tx ≤ T, and tx is 0 exactly when x is 0. */
export function checkHistory({ x, tx, T }: PurchaseHistory): void {
  const possible = x >= 0 && Number.isInteger(x) && tx >= 0 && tx <= T && T < Infinity && (x === 0) === (tx === 0);
  if (!possible) throw new ModelDataError('invalid-history', `no purchase history has x ${x}, tx ${tx}, T ${T}`);
}

/** A purchase a day for 270 years: the likelihood is a product over the purchases, so more would never come to an end. */
const MOST_PURCHASES = 100_000;

/**
 * Groups equal histories (x, tx, T) with their number of customers, ascending.
 * Throws `invalid-history`, also for more purchases than a likelihood can be computed of.
 */
export function groupHistories(histories: Iterable<PurchaseHistory>): readonly HistoryGroup[] {
  const counts = new Map<number, Map<number, Map<number, number>>>();
  for (const history of histories) {
    checkHistory(history);
    if (history.x > MOST_PURCHASES) {
      throw new ModelDataError('invalid-history', `x ${history.x} is more than ${MOST_PURCHASES} repeat purchases`);
    }
    const ofT = branch(branch(counts, history.x), history.T);
    ofT.set(history.tx, (ofT.get(history.tx) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([x, ofX]) => {
      const rows = [...ofX].sort(([a], [b]) => a - b).flatMap(([T, ofT]) => rowsOf(T, ofT));
      return { x, rows, customers: rows.reduce((sum, row) => sum + row.customers, 0) };
    });
}

// Sorted, so that the likelihood is summed in the same order whatever order the customers came in.
function rowsOf(T: number, ofT: ReadonlyMap<number, number>): readonly Row[] {
  return [...ofT].sort(([a], [b]) => a - b).map(([tx, customers]) => ({ tx, T, customers }));
}

function branch<K, V>(tree: Map<K, Map<number, V>>, key: K): Map<number, V> {
  let found = tree.get(key);
  if (found === undefined) tree.set(key, (found = new Map<number, V>()));
  return found;
}

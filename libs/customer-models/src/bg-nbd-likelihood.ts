import { checkHistory, type BgNbdParameters } from './bg-nbd-parameters.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { log1pExp } from './special-functions.js';

type Row = { readonly tx: number; readonly T: number; readonly customers: number };
/** Customers with the same number of repeat purchases: what depends on x alone is computed once for all of them. */
export type HistoryGroup = { readonly x: number; readonly customers: number; readonly rows: readonly Row[] };

/** Groups equal histories (x, tx, T) with their number of customers. Throws `invalid-history`. */
export function groupHistories(histories: Iterable<PurchaseHistory>): readonly HistoryGroup[] {
  const counts = new Map<number, Map<number, Map<number, number>>>();
  for (const history of histories) {
    checkHistory(history);
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

/**
 * BG/NBD log-likelihood (Fader, Hardie & Lee 2005, eq. 6) of ascending groups, the two terms of a customer's likelihood
 * added on log scale. Γ(r+x)/Γ(r) and B(a,b+x)/B(a,b) are products over the x purchases and carried on from group to
 * group: differences of ln Γ would lose their digits where a fit runs to large parameters.
 */
export function bgNbdLogLikelihood({ r, alpha, a, b }: BgNbdParameters, groups: readonly HistoryGroup[]): number {
  let total = 0;
  let products = 0;
  let purchases = 0;
  for (const { x, customers, rows } of groups) {
    for (; purchases < x; purchases += 1) {
      products += Math.log(((r + purchases) * (b + purchases)) / (a + b + purchases));
    }
    total += customers * products;
    const logLeaving = x === 0 ? 0 : Math.log(a / (b + x - 1));
    for (const { tx, T, customers: alike } of rows) {
      const stayed = -r * Math.log1p(T / alpha) - x * Math.log(alpha + T);
      const left = x === 0 ? 0 : log1pExp(logLeaving + (r + x) * Math.log1p((T - tx) / (alpha + tx)));
      total += alike * (stayed + left);
    }
  }
  return total;
}

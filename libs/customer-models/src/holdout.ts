import { scorePurchases, type FittedPurchases } from './purchase-models.js';
import type { PurchaseHistory } from './purchase-summary.js';

/** A customer's history up to the calibration end and the number of purchase occasions in the weeks after it. */
export type HoldoutCustomer = PurchaseHistory & { readonly actual: number };

/** Customers with `x` repeat purchases (the last row: that many or more); `actual` and `expected` are sums over them. */
export type HoldoutRow = {
  readonly x: number;
  readonly customers: number;
  readonly actual: number;
  readonly expected: number;
};

const LAST_ROW = 7;

/**
 * What customers did in the `weeks` after the calibration end against what a fitted model expected of them, by x, ascending.
 * Throws as `scorePurchases` does.
 */
export function holdoutTable(
  fitted: FittedPurchases,
  weeks: number,
  customers: Iterable<HoldoutCustomer>,
): readonly HoldoutRow[] {
  const rows = new Map<number, HoldoutRow>();
  for (const customer of customers) {
    const x = Math.min(customer.x, LAST_ROW);
    const row = rows.get(x) ?? { x, customers: 0, actual: 0, expected: 0 };
    rows.set(x, {
      x,
      customers: row.customers + 1,
      actual: row.actual + customer.actual,
      expected: row.expected + scorePurchases(fitted, weeks, customer).expectedPurchases,
    });
  }
  return [...rows.values()].sort((a, b) => a.x - b.x);
}

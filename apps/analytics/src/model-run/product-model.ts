import { abcClasses } from '@crm/customer-models';
import { recordOf } from './fit-record.js';
import type { ModelOrderLine } from './model-inputs.js';
import { badParameter, numberParameter, refuseOthers } from './model-parameters.js';
import type { ScoringModel } from './model.js';

interface Sold {
  revenue: number;
  quantity: number;
  readonly orders: Set<string>;
  readonly customers: Set<string>;
}

/** Which products bring the revenue: ABC by the share that the products before one bring. */
export const productModel: ScoringModel = {
  name: 'product',
  version: 'abc.1',
  needs: ['orderLines'],
  values: {},
  rows: {
    sku: 'text',
    class: 'text',
    rank: 'number',
    revenue: 'number',
    shareBefore: 'number',
    quantity: 'number',
    orders: 'number',
    customers: 'number',
  },
  parametersOf(asked) {
    refuseOthers(asked, ['a', 'b']);
    const a = numberParameter(asked, 'a', { otherwise: 0.8, above: 0, most: 1 });
    const b = numberParameter(asked, 'b', { otherwise: Math.max(a, 0.95), above: 0, most: 1 });
    if (b < a) throw badParameter('b', 'too-small', 'b is at least a');
    return { a, b };
  },
  score({ orderLines }, { a, b }) {
    const products = soldBySku(orderLines);
    const edges = { a: Number(a), b: Number(b) };
    const items = abcClasses([...products].map(([item, { revenue }]) => ({ item, revenue })), edges); // prettier-ignore
    const rows = items.map(({ item: sku, ...found }) => {
      const product = products.get(sku);
      const bought = { orders: product?.orders.size ?? 0, customers: product?.customers.size ?? 0 };
      return { sku, ...found, quantity: product?.quantity ?? 0, ...bought };
    });
    const classes = (['A', 'B', 'C'] as const).map((name) => {
      const members = rows.filter((row) => row.class === name);
      return { class: name, products: members.length, revenue: members.reduce((sum, { revenue }) => sum + revenue, 0) };
    });
    const withoutLines = orderLines.filter(({ sku }) => sku === null).length;
    return {
      fit: { ...edges, products: rows.length },
      scores: [],
      report: recordOf({ classes, ordersWithoutLines: withoutLines }),
      warnings: [],
      rows,
    };
  },
  explains: () => ({}),
};

/** Net of returns; customers and orders are those that bought. */
function soldBySku(lines: readonly ModelOrderLine[]): ReadonlyMap<string, Sold> {
  const products = new Map<string, Sold>();
  for (const { sku, amount, quantity, orderId, partyId } of lines) {
    if (sku === null) continue;
    const sold = products.get(sku) ?? { revenue: 0, quantity: 0, orders: new Set(), customers: new Set() };
    products.set(sku, sold);
    sold.revenue += amount;
    sold.quantity += amount < 0 ? -Math.abs(quantity) : quantity;
    if (amount < 0) continue;
    sold.orders.add(orderId);
    sold.customers.add(partyId);
  }
  return products;
}

import { lifeStagePurchases } from '@crm/customer-models';
import { allOrNone, text } from '../columns.js';
import { buyersUntil, lastDate, PURCHASE_COLUMNS } from '../purchases.js';
import { mapped, rowsOf } from '../report.js';
import { verb } from '../verb.js';

const HEAD = ['stage', 'fromOccasion', 'customers', 'occasions', 'mean', 'median', 'q1', 'q3'] as const;

export const lifeStageVerb = verb({
  name: 'life-stage',
  about:
    'gives the days between purchases and the mix of categories by life stage (first purchase, second, third, sixth)',
  columns: { ...PURCHASE_COLUMNS, category: allOrNone(text('category of what was bought')) },
  options: {},
  keys: {
    stages: 'each with stage, fromOccasion, customers, occasions, daysBetween, categories',
    daysBetween: 'days since the purchase before: mean, median, q1, q3; columns of their own in CSV',
    leftOut: 'customers who have nothing but returns',
    categories: 'each with category, lines, share; not in CSV',
  },
  example: 'crm-models life-stage --input orders.csv --json',
  run: (table) => {
    const { leftOut, warnings } = buyersUntil(table, lastDate(table.rows));
    const stages = lifeStagePurchases(
      mapped(table.rows, ({ customer, date, value, category }) => ({
        customer,
        date,
        amount: value,
        category: category ?? 'all',
      })),
    );
    const cells = stages.map(({ daysBetween, categories: _, ...stage }) => ({
      ...stage,
      ...(daysBetween ?? { mean: null, median: null, q1: null, q3: null }),
    }));
    return { facts: { stages, leftOut }, rows: rowsOf(HEAD, cells), warnings };
  },
});

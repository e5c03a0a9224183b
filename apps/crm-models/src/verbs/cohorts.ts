import { cohortTable } from '@crm/customer-models';
import { choiceOption, dateOption, withDefault } from '../options.js';
import { buyersUntil, lastDate, PURCHASE_COLUMNS, purchaseLines } from '../purchases.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

export const cohortsVerb = verb({
  name: 'cohorts',
  about: 'counts, of the customers who came in a month, those who were active in each month after it',
  columns: PURCHASE_COLUMNS,
  options: {
    until: dateOption('last date that counts; default: the last date of the input'),
    returns: withDefault(choiceOption(['ignore', 'count'], 'whether a return makes a customer active'), 'ignore'),
  },
  keys: {
    cohorts: 'each with month (YYYY-MM), customers, active: the list by months after the first',
    lastMonthComplete: 'false when the last month is a part of one',
    leftOut: 'customers who have nothing but returns',
    month: 'in CSV: one record for each month and monthsAfter, with customers, active, share',
  },
  example: 'crm-models cohorts --input orders.csv --until 1998-06-30',
  run: (table, { until, returns }) => {
    const last = until ?? lastDate(table.rows);
    // A return makes a customer active then, and nobody is left out.
    const { warnings } = returns === 'count' ? { warnings: [] } : buyersUntil(table, last);
    const found = cohortTable(purchaseLines(table), { until: last, returnsCount: returns === 'count' });
    const rows = found.cohorts.flatMap(({ month, customers, active }) =>
      active.map((count, monthsAfter) => ({ month, customers, monthsAfter, active: count, share: count / customers })),
    );
    return {
      facts: { until: last, returns, ...found },
      rows: rowsOf(['month', 'customers', 'monthsAfter', 'active', 'share'], rows),
      warnings,
    };
  },
});

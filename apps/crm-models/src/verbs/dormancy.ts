import { dormantCustomers, purchaseSummaries } from '@crm/customer-models';
import { dateOption, numberOption, required } from '../options.js';
import { buyersUntil, lastDate, PURCHASE_COLUMNS, purchaseLines } from '../purchases.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

export const dormancyVerb = verb({
  name: 'dormancy',
  about: 'lists the customers who bought last more than so many days ago, the longest silent first',
  columns: PURCHASE_COLUMNS,
  options: {
    days: required(numberOption('n', 'dormant is who bought last more than so many days ago', { min: 0, whole: true })),
    asOf: dateOption('date from which the days count; later lines do not; default: the last date of the input'),
  },
  keys: {
    customers: 'number of customers; dormantCustomers: how many of them are dormant',
    leftOut: 'customers who have nothing but returns',
    dormant: 'the list of dormant customers, each with:',
    customer: 'customer',
    lastDate: 'date of the last purchase',
    silentDays: 'days since then',
  },
  example: 'crm-models dormancy --input orders.csv --as-of 1998-06-30 --days 180',
  run: (table, { days, asOf }) => {
    const date = asOf ?? lastDate(table.rows);
    const { leftOut, warnings } = buyersUntil(table, date);
    const summaries = [...purchaseSummaries(purchaseLines(table), date)];
    const dormant = dormantCustomers({ date, days }, summaries);
    return {
      facts: { asOf: date, days, customers: summaries.length, dormantCustomers: dormant.length, leftOut },
      rows: { key: 'dormant', ...rowsOf(['customer', 'lastDate', 'silentDays'], dormant) },
      warnings,
    };
  },
});

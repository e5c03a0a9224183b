import { fitGammaGamma, fitPurchases, lifetimeValue } from '@crm/customer-models';
import { HISTORY_COLUMNS, historyFault, spendFault, ZBAR } from '../histories.js';
import { UsageFault } from '../faults.js';
import { choiceOption, numberOption, withDefault } from '../options.js';
import { mapped, named, rowsOf, warningsOf } from '../report.js';
import { verb } from '../verb.js';

/** What the last month may count by; a discount below 0 makes it grow. */
const LARGEST_FACTOR = 1e100;

export const lifetimeValueVerb = verb({
  name: 'lifetime-value',
  about: 'values customers from their summaries: a model of purchases times Gamma-Gamma, discounted by month',
  columns: { ...HISTORY_COLUMNS, zbar: ZBAR },
  options: {
    months: withDefault(numberOption('n', 'months that count', { min: 1, max: 1_200, whole: true }), 12),
    monthlyDiscount: withDefault(numberOption('share', 'discount of a month: 0.01 is 1 %', { above: -1 }), 0),
    margin: withDefault(numberOption('share', 'share of revenue left after the cost of what was sold', { max: 1 }), 1),
    model: withDefault(choiceOption(['bg-nbd', 'pareto-nbd', 'mbg-nbd'], 'model of purchases'), 'bg-nbd'),
    level: withDefault(numberOption('share', 'coverage of the interval', { above: 0, max: 0.9999 }), 0.95),
  },
  keys: {
    purchases: 'fit of the model of purchases, as its verb prints it',
    spend: 'fit of Gamma-Gamma, as its verb prints it',
    values: 'the list of customers, each with:',
    customer: 'customer',
    value: 'expected margin of the months, discounted, in the unit of zbar',
    low: 'lower end of the interval of that expectation; high is the upper one',
    expectedPurchases: 'purchases expected in the months',
    expectedSpend: 'expected value of one of them',
  },
  example:
    'crm-models summary --input orders.csv | crm-models lifetime-value --months 12 --monthly-discount 0.01 --margin 0.3',
  check: () => (row) => historyFault(row) ?? spendFault(row),
  run: ({ rows }, { months, monthlyDiscount, margin, model, level }) => {
    if ((1 + monthlyDiscount) ** -months > LARGEST_FACTOR)
      throw new UsageFault(
        `--monthly-discount ${String(monthlyDiscount)} makes ${String(months)} months worth beyond all numbers`,
      );
    const purchases = fitPurchases(
      model,
      mapped(rows, ({ x, t_x, T }) => ({ x, tx: t_x, T })),
    );
    const spend = fitGammaGamma(rows);
    const question = { purchases, spend, months, monthlyDiscount, level };
    const values = mapped(rows, ({ customer, x, t_x, T, zbar }) => {
      const { interval, ...value } = lifetimeValue(question, { x, tx: t_x, T, zbar, margin });
      return { customer, ...value, low: interval?.[0], high: interval?.[1] };
    });
    return {
      facts: { months, monthlyDiscount, margin, level, purchases: named(purchases), spend: named(spend) },
      rows: {
        key: 'values',
        ...rowsOf(['customer', 'value', 'low', 'high', 'expectedPurchases', 'expectedSpend'], values),
      },
      warnings: [...warningsOf(purchases), ...warningsOf(spend)],
    };
  },
});

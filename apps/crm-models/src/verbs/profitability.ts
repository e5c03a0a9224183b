import { profitability, type CustomerFacts } from '@crm/customer-models';
import { number, optional, type Row } from '../columns.js';
import { choiceOption, numberOption, textOption, withDefault } from '../options.js';
import { PURCHASE_COLUMNS } from '../purchases.js';
import { mapped, rowsOf } from '../report.js';
import { verb } from '../verb.js';

const COLUMNS = {
  ...PURCHASE_COLUMNS,
  contacts: optional(number('contacts with the customer that belong to the line', { min: 0, whole: true })),
  cases: optional(number('service cases that belong to the line', { min: 0, whole: true })),
};

const cost = (of: string) => withDefault(numberOption('amount', `cost of ${of}`, { min: 0 }), 0);

export const profitabilityVerb = verb({
  name: 'profitability',
  about: 'computes the profit of each customer under rules, and the whale curve',
  columns: COLUMNS,
  options: {
    margin: withDefault(numberOption('share', 'share of revenue left after the cost of what was sold', { max: 1 }), 1),
    costPerOccasion: cost('a day with a purchase'),
    costPerContact: cost('a contact'),
    costPerCase: cost('a service case'),
    rules: withDefault(textOption('version', 'name of these rules, for the record'), 'command-line'),
    show: withDefault(choiceOption(['customers', 'deciles'], 'what the CSV has'), 'customers'),
  },
  keys: {
    rulesVersion: 'name of the rules',
    total: 'profit of all customers',
    deciles: 'each with decile, customers, profit, cumulativeProfit, cumulativeShare: the whale curve',
    lossMakers: 'customers with a profit below 0, and what they lose together',
    peakShare: 'profit without the loss makers over the total',
    customers: 'the list of customers, the most profitable first, each with customer, profit',
  },
  example: 'crm-models profitability --input orders.csv --margin 0.3 --cost-per-occasion 2.5 --show deciles',
  run: ({ rows }, { margin, rules, show, ...costs }) => {
    const { costPerOccasion, costPerContact, costPerCase } = costs;
    const found = profitability(
      { version: rules, marginRate: margin, costPerOccasion, costPerContact, costPerCase },
      factsOf(rows),
    );
    const { customers, ...facts } = found;
    if (show === 'customers')
      return { facts, rows: { key: 'customers', ...rowsOf(['customer', 'profit'], customers) } };
    const head = ['decile', 'customers', 'profit', 'cumulativeProfit', 'cumulativeShare'] as const;
    return { facts: found, rows: rowsOf(head, found.deciles) };
  },
});

interface Tally {
  readonly days: Set<string>;
  revenue: number;
  contacts: number;
  cases: number;
}

function factsOf(rows: Iterable<Row<typeof COLUMNS>>): Iterable<CustomerFacts> {
  const customers = new Map<string, Tally>();
  for (const { customer, date, value, contacts, cases } of rows) {
    const tally = customers.get(customer) ?? { days: new Set(), revenue: 0, contacts: 0, cases: 0 };
    customers.set(customer, tally);
    tally.revenue += value;
    tally.contacts += contacts ?? 0;
    tally.cases += cases ?? 0;
    if (value >= 0) tally.days.add(date);
  }
  return mapped(customers, ([customer, { days, ...sums }]) => ({ customer, occasions: days.size, ...sums }));
}

import {
  fitPurchases,
  holdoutTable,
  scorePurchases,
  type FittedPurchases,
  type HoldoutCustomer,
  type HoldoutRow,
  type PurchaseHistory,
  type PurchaseModelName,
} from '@crm/customer-models';
import { number, optional, type Row } from '../columns.js';
import { DataFault } from '../faults.js';
import { HISTORY_COLUMNS, historyFault } from '../histories.js';
import { numberOption } from '../options.js';
import type { Table } from '../reading/table.js';
import { fitRows, mapped, named, rowsOf, warningsOf, type Report } from '../report.js';
import { verb, type Verb } from '../verb.js';

const COLUMNS = {
  ...HISTORY_COLUMNS,
  actual: optional(number('with --holdout: occasions after the calibration end', { min: 0, whole: true })),
};

type History = Row<typeof COLUMNS>;

interface ModelWords {
  readonly name: PurchaseModelName;
  readonly about: string;
  readonly parameters: string;
}

/** The verbs of the three models that read a history of purchases: they differ in name and parameters alone. */
export const purchaseModelVerbs: readonly Verb[] = [
  { name: 'bg-nbd', about: 'BG/NBD (Fader, Hardie & Lee 2005)', parameters: 'r, alpha, a, b' } as const,
  {
    name: 'pareto-nbd',
    about: 'Pareto/NBD (Schmittlein, Morrison & Colombo 1987)',
    parameters: 'r, alpha, s, beta',
  } as const,
  { name: 'mbg-nbd', about: 'MBG/NBD (Batislam, Denizel & Filiztekin 2007)', parameters: 'r, alpha, a, b' } as const,
].map(purchaseModelVerb);

function purchaseModelVerb({ name, about, parameters }: ModelWords): Verb {
  return verb({
    name,
    about: `fits ${about} on customer summaries: who is still a customer, and what to expect of each`,
    columns: COLUMNS,
    check: () => historyFault,
    options: {
      predict: numberOption('weeks', 'gives each customer P(alive) and the purchases of so many weeks', { min: 0 }),
      holdout: numberOption(
        'weeks',
        'compares the purchases of so many weeks after the calibration with column actual',
        {
          above: 0,
        },
      ),
    },
    keys: {
      [parameters]: 'parameters; times in weeks',
      standardErrors: 'of the parameters, in their units; null when the data do not pin them down',
      logCovariance: "covariance of the parameters' logarithms",
      logLikelihood: 'at the optimum',
      customers: 'customers; repeatBuyers and distinctHistories (x, t_x, T) among them',
      iterations: 'steps of the search; converged says whether it arrived',
      warnings: 'what to know before trusting the fit',
      predictions: 'with --predict: customer, x, t_x, T, pAlive, expectedPurchases; this is the CSV then',
      holdout: 'with --holdout: x (7: or more), customers, actual, expected; the CSV then, unless --predict has it',
    },
    example: `crm-models summary --input orders.csv --calibration-end 1997-09-30 | crm-models ${name} --predict 39`,
    run: (table, { predict, holdout: holdoutWeeks }) => {
      const fit = fitPurchases(name, mapped(table.rows, historyOf));
      const warnings = warningsOf(fit);
      const compared =
        holdoutWeeks === undefined ? {} : { holdoutWeeks, holdout: comparison(table, fit, holdoutWeeks) };
      if (predict !== undefined) {
        const score = (history: PurchaseHistory) => scorePurchases(fit, predict, history);
        return { facts: { ...named(fit), weeks: predict, ...compared }, rows: predictions(table, score), warnings };
      }
      const { holdout, ...facts } = { ...named(fit), ...compared };
      return { facts, rows: holdout === undefined ? fitRows(fit) : holdoutRows(holdout), warnings };
    },
  });
}

function comparison(table: Table<typeof COLUMNS>, fit: FittedPurchases, weeks: number): readonly HoldoutRow[] {
  return holdoutTable(fit, weeks, mapped(table.rows, holdoutOf));
}

function holdoutRows(rows: readonly HoldoutRow[]): Report['rows'] {
  return { key: 'holdout', ...rowsOf(['x', 'customers', 'actual', 'expected'], rows) };
}

function holdoutOf({ actual, ...history }: History): HoldoutCustomer {
  if (actual === null) throw new DataFault('--holdout needs column "actual": summary --holdout-end writes it');
  return { ...historyOf(history), actual };
}

function predictions(
  table: Table<typeof COLUMNS>,
  score: (history: PurchaseHistory) => { readonly pAlive: number; readonly expectedPurchases: number },
): Report['rows'] {
  const head = ['customer', 'x', 't_x', 'T', 'pAlive', 'expectedPurchases'] as const;
  const rows = mapped(table.rows, (row) => ({ ...row, ...score(historyOf(row)) }));
  return { key: 'predictions', ...rowsOf(head, rows) };
}

function historyOf({ x, t_x, T }: Pick<History, 'x' | 't_x' | 'T'>): PurchaseHistory {
  return { x, tx: t_x, T };
}

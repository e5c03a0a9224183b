import {
  classificationMeasures,
  encodedColumns,
  encodeRow,
  fitEncoding,
  fitLogistic,
  MOST_LEVELS,
  scoreLogistic,
  type FeatureRow,
  type LogisticFit,
} from '@crm/customer-models';
import { text, yesOrNo, type Column } from '../columns.js';
import { DataFault, UsageFault } from '../faults.js';
import { decimal } from '../reading/cell-kinds.js';
import { FaultList } from '../reading/fault-list.js';
import type { Table } from '../reading/table.js';
import { choiceOption, listOption, required, textOption, withDefault } from '../options.js';
import { rowsOf, warningsOf, type ReportRows } from '../report.js';
import { verb } from '../verb.js';

type Features = Readonly<Record<string, Column<string | number>>>;

/** A column with so many numbers is one of numbers: what is none in it is a mistake. */
const MOSTLY = 0.9;

export const logisticVerb = verb({
  name: 'logistic',
  about: 'fits a logistic regression: what makes customers leave, respond or buy',
  columnsAbout: 'the target (0 or 1), and others: numbers as they are, anything else as categories',
  columns: ({ target, ignore }, found): Features => {
    if (!found.includes(target)) throw new UsageFault(`--target ${target} is none of ${found.join(', ')}`);
    const unknown = ignore?.find((name) => !found.includes(name));
    if (unknown !== undefined) throw new UsageFault(`--ignore ${unknown} is none of ${found.join(', ')}`);
    const others = found.filter((name) => name !== target && ignore?.includes(name) !== true);
    return {
      ...Object.fromEntries(others.map((name) => [name, text('a feature')])),
      [target]: yesOrNo('the outcome'),
    };
  },
  options: {
    target: required(textOption('column', 'column of the outcome, 0 or 1')),
    ignore: listOption('columns', 'columns that are no features, with commas between them: names, dates'),
    categories: listOption('columns', 'columns of numbers that are categories: codes'),
    show: withDefault(choiceOption(['coefficients', 'predictions'], 'what the rows are'), 'coefficients'),
  },
  keys: {
    intercept: 'log odds with 0 in all columns; interceptStandardError',
    logLikelihood: 'at the optimum; nullLogLikelihood of the intercept alone',
    rows: 'records; positives: those with outcome 1',
    iterations: 'steps of the search; converged says whether it arrived',
    warnings: 'what to know before trusting the fit',
    measures: 'auc, brier, logLoss, topDecileLift, calibration, on the records it was fitted on: too good for others',
    encoding: 'the features, with the reference level of each category',
    coefficients: 'the list: column (category=level), coefficient in log odds, standardError, mean',
    predictions: 'with --show predictions: record, outcome, probability',
  },
  example: 'crm-models logistic --input churn.csv --target churned --ignore customer',
  run: (table, { target, categories, show }) => {
    const { rows, columns } = table;
    const { numbers, features } = featuresOf(table, { target, categories: categories ?? [] });
    const names = columns.filter((name) => name !== target && !numbers.includes(name));
    for (const name of names) checkLevels(name, features);
    const encoding = fitEncoding(features, {
      numbers,
      categories: Object.fromEntries(names.map((name) => [name, null])),
    });
    const labelled = Array.from(rows, (row, at) => ({
      values: encodeRow(encoding, features[at] ?? {}),
      outcome: row[target] === 1,
    }));
    const fit = fitLogistic({ columns: encodedColumns(encoding).map(({ column }) => column), rows: labelled });
    const predictions = labelled.map(({ values, outcome }, at) => ({
      record: at + 1,
      outcome: Number(outcome),
      probability: scoreLogistic(fit.parameters, values).probability,
    }));
    const { parameters, ...others } = fit;
    const measures = classificationMeasures(predictions.map((one) => ({ ...one, outcome: one.outcome === 1 })));
    return {
      facts: { target, intercept: parameters.intercept, ...others, measures, encoding },
      rows:
        show === 'coefficients'
          ? coefficientRows(fit)
          : { key: show, ...rowsOf(['record', 'outcome', 'probability'], predictions) },
      warnings: warningsOf(fit),
    };
  },
});

function coefficientRows({ parameters, interceptStandardError }: LogisticFit): ReportRows {
  const intercept = {
    column: '(intercept)',
    coefficient: parameters.intercept,
    standardError: interceptStandardError,
    mean: null,
  };
  const head = ['column', 'coefficient', 'standardError', 'mean'] as const;
  return { key: 'coefficients', ...rowsOf(head, [intercept, ...parameters.columns]) };
}

function checkLevels(name: string, features: readonly FeatureRow[]): void {
  const levels = new Set(features.map((row) => row[name])).size;
  if (levels <= MOST_LEVELS) return;
  const fault = `column "${name}" has ${String(levels)} levels, a category at most ${String(MOST_LEVELS)}`;
  throw new DataFault(`${fault}; --ignore ${name} leaves it out`);
}

/** The records as features: a column is one of numbers when its cells are, unless it is said to be of categories. */
function featuresOf(
  table: Table<Features>,
  { target, categories }: { readonly target: string; readonly categories: readonly string[] },
): { readonly numbers: readonly string[]; readonly features: readonly FeatureRow[] } {
  const { rows, columns } = table;
  const unknown = categories.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw new UsageFault(`--categories ${unknown} is none of ${columns.join(', ')}`);
  const faults = new FaultList();
  const candidates = columns.filter((name) => name !== target && !categories.includes(name));
  const numeric = new Set(candidates.filter((name) => isOfNumbers(table, name, faults)));
  faults.throwAny();
  const features = Array.from(rows, (row) =>
    Object.fromEntries(columns.map((name) => [name, numeric.has(name) ? Number(row[name]) : String(row[name])])),
  );
  return { numbers: [...numeric], features };
}

function isOfNumbers({ coded, placeOf, length }: Table<Features>, name: string, faults: FaultList): boolean {
  const { codes, texts } = coded(name);
  const isNumber = texts.map((text) => !Number.isNaN(decimal(String(text))));
  const others = [...codes.subarray(0, length).entries()].filter(([, code]) => isNumber[code] !== true);
  if (others.length === 0) return true;
  if (others.length > (1 - MOSTLY) * length) return false;
  for (const [record, code] of others) {
    const fault = `${JSON.stringify(texts[code])} is not a number, as most cells of the column are`;
    faults.add(placeOf(record), `column "${name}": ${fault}; --categories ${name} if they are codes`);
  }
  return true;
}

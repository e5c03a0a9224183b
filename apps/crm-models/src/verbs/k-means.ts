import { fitKMeans } from '@crm/customer-models';
import { number, optional, text, type Column } from '../columns.js';
import { UsageFault } from '../faults.js';
import { choiceOption, listOption, numberOption, required, withDefault } from '../options.js';
import { mapped, rowsOf, warningsOf } from '../report.js';
import { verb } from '../verb.js';

const KEY = 'customer';
const CLUSTER_HEAD = ['cluster', 'customers', 'withinSumOfSquares'];

export const kMeansVerb = verb({
  name: 'k-means',
  about: 'groups customers who are alike in columns of numbers',
  columnsAbout: 'customer (optional; comes back in the output), and columns of numbers',
  columns: ({ columns }, found): Readonly<Record<string, Column<string | number | null>>> => {
    const chosen = columns ?? found.filter((name) => name !== KEY);
    const missing = chosen.find((name) => !found.includes(name));
    if (missing !== undefined) throw new UsageFault(`--columns ${missing} is none of ${found.join(', ')}`);
    const features = chosen.filter((name) => name !== KEY);
    if (features.length === 0) throw new UsageFault('no column to compare: there is none but customer');
    if (features.length < chosen.length)
      throw new UsageFault('--columns customer: it is who is compared, not a number');
    return {
      [KEY]: optional(text('customer')),
      ...Object.fromEntries(chosen.map((name) => [name, number('a feature')])),
    };
  },
  options: {
    k: required(numberOption('n', 'number of clusters', { min: 1, whole: true })),
    columns: listOption('names', 'columns to compare, with commas between them; default: all but customer'),
    seed: withDefault(numberOption('n', 'the same seed gives the same clusters', { whole: true }), 1),
    starts: withDefault(numberOption('n', 'runs, of which the best counts', { min: 1, max: 1_000, whole: true }), 20),
    scaling: withDefault(
      choiceOption(['standard', 'none'], 'whether columns get the same standard deviation'),
      'standard',
    ),
    show: withDefault(choiceOption(['customers', 'clusters'], 'what the CSV has'), 'customers'),
  },
  keys: {
    clusters: 'each with customers, centre (by column), withinSumOfSquares; numbered from 1 by their centres',
    withinSumOfSquares: 'of all clusters; totalSumOfSquares of all customers, on the scale that was clustered',
    silhouette: 'how well clusters are apart, -1 to 1',
    iterations: 'steps of the best run; converged says whether it arrived',
    warnings: 'what to know before trusting the clusters',
    assignments: 'the list of customers, each with customer, cluster',
  },
  example: 'crm-models k-means --input customers.csv --columns recencyDays,frequency,monetary --k 4 --seed 1',
  run: ({ rows, columns }, { k, seed, starts, scaling, show }) => {
    const names = columns.filter((name) => name !== KEY);
    const values = Array.from(rows, (row) => names.map((name) => Number(row[name])));
    const { assignments, clusters: found, ...fit } = fitKMeans(values, { clusters: k, seed, starts, scaling, names });
    const clusters = found.map(({ customers, centre, withinSumOfSquares }, at) => ({
      cluster: at + 1,
      customers,
      withinSumOfSquares,
      centre: Object.fromEntries(names.map((name, column) => [name, centre[column] ?? null])),
    }));
    const facts = { columns: names, seed, ...fit, clusters };
    const warnings = warningsOf(fit);
    if (show === 'clusters') {
      const cells = found.map(({ customers, centre, withinSumOfSquares }, at) => [
        at + 1,
        customers,
        withinSumOfSquares,
        ...centre,
      ]);
      return {
        facts,
        rows: { head: [...CLUSTER_HEAD, ...names.map((name) => centreName(name, names))], cells },
        warnings,
      };
    }
    // Numbers of records are names only where no customer has one.
    const isNamed = values.length > 0 && [...rows].some((row) => row[KEY] !== null);
    const numbered = mapped(rowsAt(rows), ([at, row]) => ({
      customer: row[KEY] ?? (isNamed ? null : at + 1),
      cluster: (assignments[at] ?? 0) + 1,
    }));
    return { facts, rows: { key: 'assignments', ...rowsOf([KEY, 'cluster'], numbered) }, warnings };
  },
});

/** A feature with the name of another column of the clusters is called centre.NAME. */
function centreName(feature: string, features: readonly string[]): string {
  let name = feature;
  while (CLUSTER_HEAD.includes(name) || (name !== feature && features.includes(name))) name = `centre.${name}`;
  return name;
}

function* rowsAt<R>(rows: Iterable<R>): Generator<readonly [at: number, row: R]> {
  let at = 0;
  for (const row of rows) yield [at++, row];
}

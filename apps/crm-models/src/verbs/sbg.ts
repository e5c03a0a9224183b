import { fitSbg, sbgLifetime, sbgRetention, sbgSurvival, type SbgParameters } from '@crm/customer-models';
import { allOrNone, number, text } from '../columns.js';
import { DataFault } from '../faults.js';
import { numberOption } from '../options.js';
import type { Table } from '../reading/table.js';
import { fitRows, named, rowsOf, warningsOf, type ReportRows } from '../report.js';
import { verb } from '../verb.js';

const COLUMNS = {
  cohort: allOrNone(text('name of the cohort; without it all records are one')),
  period: number('renewals since the cohort began: 0, 1, 2, …', { min: 0, whole: true }),
  active: number('customers who are still there after them; of period 0: all', { min: 0, whole: true }),
};

export const sbgVerb = verb({
  name: 'sbg',
  about: 'fits the shifted-beta-geometric model on the survivors of contracts, renewal by renewal',
  columns: COLUMNS,
  options: {
    project: numberOption('periods', 'gives survival and retention up to this period', {
      min: 1,
      max: 10_000,
      whole: true,
    }),
    discount: numberOption('share', 'gives the discounted expected lifetime at this discount of a period', {
      above: 0,
    }),
  },
  keys: {
    'alpha, beta': 'parameters',
    standardErrors: 'of the parameters',
    logLikelihood: 'at the optimum',
    customers: 'customers acquired; lost: those who left; periods: renewals observed',
    iterations: 'steps of the search; converged says whether it arrived',
    warnings: 'what to know before trusting the fit',
    discountedLifetime: 'with --discount: periods that a new customer is worth, the first one paid at once',
    projection: 'with --project: period, survival, retention; this is the CSV then',
  },
  example: "printf 'period,active\\n0,1000\\n1,869\\n2,743\\n3,653\\n' | crm-models sbg --project 12",
  run: (table, { project, discount }) => {
    const fit = fitSbg(cohortsOf(table));
    const lifetime = discount === undefined ? {} : { discountedLifetime: sbgLifetime(fit.parameters, discount) };
    return {
      facts: { ...named(fit), ...lifetime },
      rows: project === undefined ? fitRows({ ...fit, ...lifetime }) : projection(fit.parameters, project),
      warnings: warningsOf(fit),
    };
  },
});

function projection(parameters: SbgParameters, periods: number): ReportRows {
  const rows = Array.from({ length: periods + 1 }, (_, period) => ({
    period,
    survival: sbgSurvival(parameters, period),
    retention: period === 0 ? null : sbgRetention(parameters, period),
  }));
  return { key: 'projection', ...rowsOf(['period', 'survival', 'retention'], rows) };
}

interface Survivors {
  readonly active: number;
  readonly record: number;
}

/** The survivors of each cohort in the order of their periods, which must be all from 0 and never rise. */
function cohortsOf({ rows, placeOf }: Table<typeof COLUMNS>): readonly (readonly number[])[] {
  const cohorts = new Map<string, Map<number, Survivors>>();
  let record = 0;
  for (const { cohort, period, active } of rows) {
    const periods = cohorts.get(cohort ?? '') ?? new Map<number, Survivors>();
    cohorts.set(cohort ?? '', periods);
    const first = periods.get(period);
    if (first !== undefined) {
      const twice = `${nameOf(cohort)} has period ${String(period)} twice, first in ${placeOf(first.record)}`;
      throw new DataFault(`${placeOf(record)}: column "period": ${twice}`);
    }
    periods.set(period, { active, record });
    record += 1;
  }
  return [...cohorts].map(([cohort, periods]) => survivorsOf(nameOf(cohort), periods, placeOf));
}

function survivorsOf(
  cohort: string,
  periods: ReadonlyMap<number, Survivors>,
  placeOf: (record: number) => string,
): readonly number[] {
  let before = Infinity;
  return Array.from({ length: periods.size }, (_, period) => {
    const found = periods.get(period);
    if (found === undefined) {
      const [next] = [...periods].filter(([later]) => later > period).sort(([a], [b]) => a - b);
      throw new DataFault(`${placeOf(next?.[1].record ?? 0)}: ${cohort} has no period ${String(period)}`);
    }
    if (found.active > before) {
      const rise = `${String(found.active)} is more than the ${String(before)} of the period before`;
      throw new DataFault(`${placeOf(found.record)}: column "active": ${rise}`);
    }
    before = found.active;
    return found.active;
  });
}

function nameOf(cohort: string | null): string {
  return cohort === null || cohort === '' ? 'the cohort' : `cohort "${cohort}"`;
}

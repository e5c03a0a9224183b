import {
  cohortTable,
  fitSbg,
  kaplanMeier,
  ModelDataError,
  sbgLifetime,
  sbgRetention,
  sbgSurvival,
  survivalAt,
  type SbgFit,
  type SurvivalCurve,
} from '@crm/customer-models';
import { dateOf } from '../customer-features/features-at.js';
import { recordOf } from './fit-record.js';
import { numberParameter, refuseOthers } from './model-parameters.js';
import type { ModelCustomer, Report, RunWarning, ScoringModel } from './model.js';
import { durationOf, survivorsOf } from './retention-survivors.js';

const DAYS_PER_MONTH = 365.25 / 12;
const MONTHS_AHEAD = 24;

/** What the pictures of a run are drawn from, beside its report. */
export interface RetentionParts {
  /** Null when nobody was observed for long enough. */
  readonly curve: SurvivalCurve | null;
  readonly survivors: readonly (readonly number[])[];
}

/**
 * How long customers stay. A customer is gone who has not bought for more than `silentDays`, and left at the last purchase.
 * Kaplan–Meier takes every customer as far as leaving can be seen; sBG projects, from monthly cohorts of those who were seen long
 * enough.
 */
export const retentionModel: ScoringModel = {
  name: 'retention',
  version: 'retention.2',
  needs: ['customers', 'orders'],
  values: {},
  parametersOf(asked) {
    refuseOthers(asked, ['silentDays', 'monthlyDiscount']);
    return {
      silentDays: numberParameter(asked, 'silentDays', { otherwise: 90, least: 1, most: 3_650, whole: true }),
      monthlyDiscount: numberParameter(asked, 'monthlyDiscount', { otherwise: 0.01, above: 0, most: 1 }),
    };
  },
  score({ asOf, customers, orders }, parameters) {
    const silentDays = Number(parameters['silentDays']);
    const lines = orders.map(({ partyId, date, amount }) => ({ customer: partyId, date, amount }));
    const cohorts = cohortTable(lines, { until: dateOf(asOf), returnsCount: false });
    const { curve, warnings: unseen } = curveOf(customers, silentDays);
    const survivors = survivorsOf(customers, asOf, silentDays);
    const { fit: sbg, warnings } = sbgOf(survivors);
    const report = {
      cohorts: recordOf(cohorts),
      kaplanMeier: curve === null ? null : survivalTable(curve),
      sbg: sbg === null ? null : projectionOf(sbg, Number(parameters['monthlyDiscount'])),
    };
    const { customers: observed, ended, median } = curve ?? { customers: 0, ended: 0, median: null };
    const fit = { customers: observed, ended, medianDays: median, sbg: sbg === null ? null : recordOf(sbg) };
    const toDraw: RetentionParts = { curve, survivors };
    return { fit, scores: [], report, warnings: [...unseen, ...warnings], toDraw };
  },
  explains: () => ({}),
};

/** Customers who all are too new to be seen leaving have no curve; the rest of the report stands. Throws `no-customers`. */
function curveOf(
  customers: readonly ModelCustomer[],
  silentDays: number,
): Pick<RetentionParts, 'curve'> & { readonly warnings: readonly RunWarning[] } {
  const durations = customers.flatMap((customer) => durationOf(customer, silentDays) ?? []);
  if (customers.length === 0 || durations.length > 0) return { curve: kaplanMeier(durations), warnings: [] };
  const message = 'no survival curve: nobody bought for the first time more than `silentDays` ago';
  return { curve: null, warnings: [{ code: 'nobody-observed', message }] };
}

/** Cohorts that were not seen for long enough carry no projection; the rest of the report stands. */
function sbgOf(cohorts: readonly (readonly number[])[]): {
  readonly fit: SbgFit | null;
  readonly warnings: readonly RunWarning[];
} {
  try {
    const fit = fitSbg(cohorts);
    return { fit, warnings: fit.warnings };
  } catch (error) {
    if (!(error instanceof ModelDataError)) throw error;
    return { fit: null, warnings: [{ code: error.code, message: `no projection by sBG: ${error.message}` }] };
  }
}

/** Survival at the end of every month, with the error of the step that holds there. */
function survivalTable(curve: SurvivalCurve): Report {
  const last = curve.steps.at(-1)?.time ?? 0;
  const months = Array.from({ length: Math.floor(last / DAYS_PER_MONTH) + 1 }, (_, month) => {
    const time = month * DAYS_PER_MONTH;
    const step = curve.steps.findLast((one) => one.time <= time);
    return {
      month,
      survival: survivalAt(curve, time),
      standardError: step?.standardError ?? 0,
      interval: step?.interval ?? null,
    };
  });
  return recordOf({ customers: curve.customers, ended: curve.ended, medianDays: curve.median, months });
}

function projectionOf({ parameters, standardErrors, logLikelihood }: SbgFit, discount: number): Report {
  const months = Array.from({ length: MONTHS_AHEAD }, (_, i) => ({
    month: i + 1,
    retention: sbgRetention(parameters, i + 1),
    survival: sbgSurvival(parameters, i + 1),
  }));
  return recordOf({
    ...{ parameters, standardErrors, logLikelihood, months },
    lifetimeMonths: sbgLifetime(parameters, discount),
  });
}

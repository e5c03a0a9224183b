import {
  expectedSpend,
  fitGammaGamma,
  meanSpend,
  ModelDataError,
  type GammaGammaParameters,
  type SpendHistory,
} from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import { recordOf } from './fit-record.js';
import { refuseOthers } from './model-parameters.js';
import type { ModelCustomer, RunWarning, Score, ScoringModel } from './model.js';

/** A customer as Gamma-Gamma sees one. */
export const spendHistoryOf = ({
  repeatOccasions,
  meanRepeatValue,
}: Pick<ModelCustomer, 'repeatOccasions' | 'meanRepeatValue'>): SpendHistory => ({
  x: repeatOccasions,
  zbar: meanRepeatValue,
});

/** The parameters that a run of `gamma-gamma` estimated. */
export function spendingIn(fit: Readonly<Record<string, Json>>): GammaGammaParameters {
  return { p: Number(fit['p']), q: Number(fit['q']), gamma: Number(fit['gamma']) };
}

/** A mean value where the fitted parameters have one; with q ≤ 1 it is infinite for the population, and so for who never bought again. */
export function meanIfAny(mean: () => number): number | null {
  try {
    return mean();
  } catch (error) {
    if (error instanceof ModelDataError && error.code === 'invalid-parameters') return null;
    throw error;
  }
}

/** Says of how many customers nothing can be expected. */
export function withoutMean(customers: number): readonly RunWarning[] {
  if (customers === 0) return [];
  return [{ code: 'no-expected-spend', message: `${String(customers)} customers have no mean value and so no score` }];
}

/** How much a customer's next purchases are worth on average, in minor units. */
export const gammaGammaModel: ScoringModel = {
  name: 'gamma-gamma',
  version: 'gamma-gamma.1',
  needs: ['customers'],
  values: { expectedSpend: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, []);
    return {};
  },
  score({ customers }) {
    const { parameters, warnings, ...rest } = fitGammaGamma(customers.map(spendHistoryOf));
    const scores = customers.flatMap((customer): Score[] => {
      const spend = meanIfAny(() => expectedSpend(parameters, spendHistoryOf(customer)));
      if (spend === null) return [];
      const inputs = { x: customer.repeatOccasions, meanRepeatValue: customer.meanRepeatValue };
      return [{ partyId: customer.partyId, values: { expectedSpend: spend }, inputs, class: '' }];
    });
    const total = scores.reduce((sum, { values }) => sum + Number(values['expectedSpend']), 0);
    const fit = recordOf({ ...parameters, ...rest });
    const report = {
      populationMean: meanIfAny(() => meanSpend(parameters)),
      meanExpectedSpend: scores.length === 0 ? null : total / scores.length,
      correlation: rest.correlation,
    };
    return { fit, scores, report, warnings: [...warnings, ...withoutMean(customers.length - scores.length)] };
  },
  explains: (fit) => ({ parameters: { ...spendingIn(fit) } }),
};

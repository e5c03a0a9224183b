import { expectedSpend, lifetimeValue } from '@crm/customer-models';
import { marginOf, marginParameter } from './earned-margin.js';
import { purchasesFor, spendingFor } from './fitted-parts.js';
import { recordOf } from './fit-record.js';
import { meanIfAny, spendHistoryOf, withoutMean } from './gamma-gamma-model.js';
import { numberParameter, refuseOthers } from './model-parameters.js';
import type { Score, ScoringModel, Values } from './model.js';
import { purchaseHistoryOf } from './purchase-histories.js';
import { tenthsOf } from './score-tenths.js';

/** No model holds for longer, and every month of every customer takes its time. */
const MOST_MONTHS = 120;

/**
 * The margin that a customer is expected to bring in the next `months`, discounted, in minor units, with an interval: under the
 * business rules that hold at the time, or under a margin that the run asks for.
 */
export const lifetimeValueModel: ScoringModel = {
  name: 'lifetime-value',
  version: 'lifetime-value.2',
  needs: ['customers', 'rules'],
  builtOn: ['bg-nbd', 'gamma-gamma'],
  values: { value: 'number', low: 'number', high: 'number', expectedPurchases: 'number', expectedSpend: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['months', 'monthlyDiscount', 'margin', 'level']);
    return {
      months: numberParameter(asked, 'months', { otherwise: 12, least: 1, most: MOST_MONTHS, whole: true }),
      monthlyDiscount: numberParameter(asked, 'monthlyDiscount', { otherwise: 0.01, least: 0, most: 1 }),
      ...marginParameter(asked),
      level: numberParameter(asked, 'level', { otherwise: 0.95, least: 0.5, most: 0.999 }),
    };
  },
  score(inputs, parameters) {
    const [purchases, spend] = [purchasesFor(inputs), spendingFor(inputs)];
    const question = {
      purchases: purchases.fitted,
      spend: spend.fitted,
      months: Number(parameters['months']),
      monthlyDiscount: Number(parameters['monthlyDiscount']),
      level: Number(parameters['level']),
    };
    const earned = marginOf(inputs, parameters);
    const { margin } = earned;
    const scores = inputs.customers.flatMap((customer): Score[] => {
      const history = { ...purchaseHistoryOf(customer), ...spendHistoryOf(customer) };
      if (meanIfAny(() => expectedSpend(spend.fitted.parameters, history)) === null) return [];
      const { interval, ...values } = lifetimeValue(question, { ...history, margin });
      const bounds: Values = interval === null ? {} : { low: interval[0], high: interval[1] };
      return [{ partyId: customer.partyId, values: { ...values, ...bounds }, inputs: history, class: '' }];
    });
    const builtOn = [purchases.origin, spend.origin];
    const total = scores.reduce((sum, { values }) => sum + Number(values['value']), 0);
    const mean = scores.length === 0 ? null : total / scores.length;
    const report = { builtOn, ...earned, total, mean, tenths: tenthsOf(scores, 'value') };
    const unvalued = withoutMean(inputs.customers.length - scores.length);
    const warnings = [...purchases.warnings, ...spend.warnings, ...unvalued];
    return { fit: { builtOn, ...earned }, scores, report, warnings };
  },
  explains: ({ builtOn, margin, businessRulesVersion }) => recordOf({ builtOn, margin, businessRulesVersion }),
};

import {
  customerValue,
  isoValueCurve,
  scoreAgainst,
  scorePurchases,
  valueEdges,
  valueMatrix,
  type ValuedCustomer,
} from '@crm/customer-models';
import { marginOf, marginParameter } from './earned-margin.js';
import { purchasesFor } from './fitted-parts.js';
import { recordOf } from './fit-record.js';
import type { ModelCustomer } from './model-inputs.js';
import { numberParameter, refuseOthers } from './model-parameters.js';
import type { Report, Score, ScoringModel } from './model.js';
import { purchaseHistoryOf } from './purchase-histories.js';

const DAYS_PER_MONTH = 365.25 / 12;
/** Bands of P(alive): a value on an edge belongs to the band below it. */
const ALIVE_EDGES: readonly number[] = [0.25, 0.5, 0.75, 0.95];

/** What a customer bought in a month since the first purchase; of a first month that is not over, all of it. */
function monthlySalesOf({ revenue, tenureDays }: ModelCustomer): number {
  return revenue / Math.max(1, tenureDays / DAYS_PER_MONTH);
}

/** Monthly sales by the chance that they go on: a band of each, and what the next `months` are worth, in minor units. */
export const customerValueModel: ScoringModel = {
  name: 'customer-value',
  version: 'value-matrix.2',
  needs: ['customers', 'rules'],
  builtOn: ['bg-nbd'],
  values: { monthlySales: 'number', pAlive: 'number', value: 'number', salesBand: 'number', aliveBand: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['months', 'margin']);
    return {
      months: numberParameter(asked, 'months', { otherwise: 12, above: 0, most: 1_200 }),
      ...marginParameter(asked),
    };
  },
  score(inputs, parameters) {
    const months = Number(parameters['months']);
    const earned = marginOf(inputs, parameters);
    const { margin } = earned;
    const purchases = purchasesFor(inputs);
    const salesEdges = [...new Set(valueEdges(inputs.customers.map(monthlySalesOf)))];
    const scores = inputs.customers.map((customer) => {
      const monthlySales = monthlySalesOf(customer);
      const history = purchaseHistoryOf(customer);
      const { pAlive } = scorePurchases(purchases.fitted, 0, history);
      const value = customerValue(monthlySales * margin, pAlive, months);
      const bands = { salesBand: scoreAgainst(salesEdges, monthlySales), aliveBand: scoreAgainst(ALIVE_EDGES, pAlive) };
      const inputsOfScore = { ...history, revenue: customer.revenue, tenureDays: customer.tenureDays };
      return {
        partyId: customer.partyId,
        values: { monthlySales, pAlive, value, ...bands },
        inputs: inputsOfScore,
        class: '',
      };
    });
    const question = { salesEdges, aliveEdges: ALIVE_EDGES, margin, months };
    const cells = valueMatrix(question, scores.map(({ values }) => values)); // prettier-ignore
    const builtOn = [purchases.origin];
    const report = {
      builtOn,
      ...earned,
      ...{ salesEdges, aliveEdges: ALIVE_EDGES },
      matrix: cells.map((cell) => ({ ...cell, salesBand: cell.salesBand + 1, aliveBand: cell.aliveBand + 1 })),
      isoValueCurves: curvesOf(scores, { margin, months }),
    };
    const fit = { builtOn, ...earned, salesEdges, aliveEdges: ALIVE_EDGES };
    return { fit, scores, report, warnings: purchases.warnings };
  },
  explains: ({ builtOn, margin, businessRulesVersion, salesEdges, aliveEdges }) =>
    recordOf({ builtOn, margin, businessRulesVersion, salesEdges, aliveEdges }),
};

/** Points of equal value, at the quartiles of the values above 0, over the range of sales that customers have. */
function curvesOf(
  scores: readonly (Score & { readonly values: ValuedCustomer & { readonly value: number } })[],
  { margin, months }: { readonly margin: number; readonly months: number },
): Report[string] {
  const positive = scores.map(({ values }) => values.value).filter((value) => value > 0);
  const sales = scores.map(({ values }) => values.monthlySales).filter((value) => value > 0);
  const [salesFrom, salesTo] = [
    sales.reduce((a, b) => Math.min(a, b), Infinity),
    sales.reduce((a, b) => Math.max(a, b), 0),
  ];
  if (positive.length === 0 || !(salesTo > salesFrom)) return [];
  return [...new Set(valueEdges(positive, 4))].map((value) => ({
    value,
    points: isoValueCurve({ value, salesFrom, salesTo, margin, months }).map((point) => ({ ...point })),
  }));
}

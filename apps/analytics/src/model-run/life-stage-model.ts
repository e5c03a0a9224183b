import { LIFE_STAGES, lifeStagePurchases } from '@crm/customer-models';
import { recordOf } from './fit-record.js';
import { refuseOthers } from './model-parameters.js';
import type { ScoringModel } from './model.js';

const MOST_CATEGORIES = 20;
/** What an order without lines was for. */
const UNKNOWN = 'unknown';

/** How far a customer has come, by the number of purchase days, and what is bought how often in each stage. */
export const lifeStageModel: ScoringModel = {
  name: 'life-stage',
  version: 'occasions.1',
  needs: ['customers', 'orderLines'],
  values: { stage: 'text', occasions: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, []);
    return {};
  },
  score({ customers, orderLines }) {
    const scores = customers.map(({ partyId, occasions }) => ({
      partyId,
      values: {
        stage: LIFE_STAGES.findLast(({ fromOccasion }) => fromOccasion <= occasions)?.name ?? UNKNOWN,
        occasions,
      },
      inputs: { occasions },
      class: '',
    }));
    const purchases = orderLines.map(({ partyId: customer, date, amount, sku }) => ({
      ...{ customer, date, amount },
      category: sku ?? UNKNOWN,
    }));
    const stages = lifeStagePurchases(purchases).map(({ categories, ...stage }) => ({
      ...stage,
      ...{
        categories: categories.slice(0, MOST_CATEGORIES),
        furtherCategories: Math.max(0, categories.length - MOST_CATEGORIES),
      },
      /** Customers who are in the stage now; `customers` are those who ever were. */
      now: scores.filter(({ values }) => values.stage === stage.stage).length,
    }));
    return {
      fit: { stages: recordOf({ LIFE_STAGES })['LIFE_STAGES'] ?? null },
      scores,
      report: recordOf({ stages }),
      warnings: [],
    };
  },
  explains: ({ stages }) => ({ stages: stages ?? null }),
};

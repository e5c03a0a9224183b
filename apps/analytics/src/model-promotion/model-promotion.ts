import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ModelRunPromoted } from './model-promotion.events.js';

/** Which run of one model a person chose; without a choice the latest run of any version holds. */
export type ModelPromotion = { readonly champion?: ModelRunPromoted['data'] };

export const modelPromotionAggregate: Aggregate<ModelPromotion, ModelRunPromoted> = {
  category: 'model-promotion',
  initial: {},
  evolve: (_, { data }) => ({ champion: data }),
};

export const modelPromotionId = (model: string): string => deriveId('model-promotion', model);

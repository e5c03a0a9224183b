import type { ModelRunPromoted } from './model-promotion.events.js';
import type { ModelPromotion } from './model-promotion.js';

/** Promoting the champion again changes nothing. */
export const promoteModelRun =
  (data: ModelRunPromoted['data']) =>
  ({ champion }: ModelPromotion): readonly ModelRunPromoted[] =>
    champion?.runId === data.runId ? [] : [{ type: 'ModelRunPromoted', data }];

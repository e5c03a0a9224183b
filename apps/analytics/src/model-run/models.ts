import { bgNbdModel } from './bg-nbd-model.js';
import type { ScoringModel } from './model.js';
import { rfmModel } from './rfm-model.js';

/** Every model that scores customers. */
export const MODELS: readonly ScoringModel[] = [rfmModel, bgNbdModel];

export function modelNamed(name: string): ScoringModel | undefined {
  return MODELS.find((model) => model.name === name);
}

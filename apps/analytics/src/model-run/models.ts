import { associationModel } from './association-model.js';
import { bgNbdModel } from './bg-nbd-model.js';
import { channelModel } from './channel-model.js';
import { churnModel } from './churn-model.js';
import { customerValueModel } from './customer-value-model.js';
import { dormancyModel } from './dormancy-model.js';
import { gammaGammaModel } from './gamma-gamma-model.js';
import { lifeStageModel } from './life-stage-model.js';
import { lifetimeValueModel } from './lifetime-value-model.js';
import type { ScoringModel } from './model.js';
import { productModel } from './product-model.js';
import { profitabilityModel } from './profitability-model.js';
import { retentionModel } from './retention-model.js';
import { rfmModel } from './rfm-model.js';

/** Every model that can be run. */
export const MODELS: readonly ScoringModel[] = [
  rfmModel,
  bgNbdModel,
  gammaGammaModel,
  lifetimeValueModel,
  customerValueModel,
  churnModel,
  retentionModel,
  dormancyModel,
  associationModel,
  profitabilityModel,
  productModel,
  channelModel,
  lifeStageModel,
];

export function modelNamed(name: string): ScoringModel | undefined {
  return MODELS.find((model) => model.name === name);
}

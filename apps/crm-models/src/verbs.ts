import type { Verb } from './verb.js';
import { abcVerb } from './verbs/abc.js';
import { associationVerb } from './verbs/association.js';
import { campaignResultVerb } from './verbs/campaign-result.js';
import { channelVerb } from './verbs/channel.js';
import { cohortsVerb } from './verbs/cohorts.js';
import { dormancyVerb } from './verbs/dormancy.js';
import { driftVerb } from './verbs/drift.js';
import { gammaGammaVerb } from './verbs/gamma-gamma.js';
import { kMeansVerb } from './verbs/k-means.js';
import { kaplanMeierVerb } from './verbs/kaplan-meier.js';
import { lifeStageVerb } from './verbs/life-stage.js';
import { lifetimeValueVerb } from './verbs/lifetime-value.js';
import { logisticVerb } from './verbs/logistic.js';
import { profitabilityVerb } from './verbs/profitability.js';
import { purchaseModelVerbs } from './verbs/purchase-models.js';
import { rfmVerb } from './verbs/rfm.js';
import { sbgVerb } from './verbs/sbg.js';
import { summaryVerb } from './verbs/summary.js';

/** In the order of the help. */
export const VERBS: readonly Verb[] = [
  summaryVerb,
  ...purchaseModelVerbs,
  gammaGammaVerb,
  lifetimeValueVerb,
  sbgVerb,
  kaplanMeierVerb,
  cohortsVerb,
  dormancyVerb,
  driftVerb,
  profitabilityVerb,
  lifeStageVerb,
  rfmVerb,
  associationVerb,
  campaignResultVerb,
  logisticVerb,
  kMeansVerb,
  abcVerb,
  channelVerb,
];

export { fitBgNbd, type BgNbdFit } from './bg-nbd-fit.js';
export type { BgNbdParameters } from './bg-nbd-parameters.js';
export { expectedPurchases, pAlive, scoreBgNbd, type BgNbdScore } from './bg-nbd.js';
export { dateOfDay, dayNumber } from './calendar-days.js';
export {
  campaignEffects,
  type ArmCounts,
  type CampaignEffect,
  type CampaignQuestion,
  type EffectMetric,
} from './campaign-result.js';
export { ModelDataError, type ModelDataErrorCode } from './errors.js';
export { fisherExactP, hasSmallCells } from './fisher-exact.js';
export {
  expectedSpend,
  fitGammaGamma,
  type GammaGammaFit,
  type GammaGammaParameters,
  type SpendHistory,
} from './gamma-gamma.js';
export { holdoutTable, type HoldoutCustomer, type HoldoutRow } from './holdout.js';
export { holmAdjusted } from './holm.js';
export { isMeasurable, powerOfTwoProportions, type PowerQuestion } from './power.js';
export {
  newcombeInterval,
  pooledTwoProportionP,
  wilsonInterval,
  type Interval,
  type Proportion,
} from './proportions.js';
export {
  summarisePurchases,
  type CustomerSummary,
  type PurchaseHistory,
  type PurchaseLine,
} from './purchase-summary.js';
export { keyedRandom, type KeyedRandom } from './random.js';
export { scoreRfmByRank, type KeyedRfmValues } from './rfm-rank-tiles.js';
export { segmentOf, TEN_SEGMENTS, type RfmScore, type SegmentTable } from './rfm-segments.js';
export {
  quantile,
  rateRfm,
  rfmEdges,
  scoreAgainst,
  scoreRfm,
  valueEdges,
  type RfmEdges,
  type RfmValues,
} from './rfm.js';
export { drawBeta, drawExponential, drawGamma, drawNormal } from './samplers.js';
export {
  CDNOW_PARAMETERS,
  simulateCustomer,
  simulateHistory,
  simulateRepeatTimes,
  spendSampler,
  type CustomerToSimulate,
  type SimulatedPurchase,
} from './simulate.js';
export { hyp2f1, lbeta, lgamma } from './special-functions.js';
export { verdictOf, type Verdict } from './verdict.js';
export { welchDifference, type MeanDifference, type SampleSums } from './welch.js';

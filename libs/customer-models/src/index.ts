export { abcClasses, type AbcClass, type AbcEdges, type AbcItem, type ItemRevenue } from './abc-classes.js';
export {
  associationRules,
  type AssociationQuestion,
  type AssociationResult,
  type AssociationRule,
} from './association-rules.js';
export {
  expectedPurchases,
  fitBgNbd,
  pAlive,
  scoreBgNbd,
  type BgNbdFit,
  type BgNbdParameters,
  type BgNbdScore,
} from './bg-nbd.js';
export { bootstrapDifference, type BootstrapDifference, type BootstrapQuestion } from './bootstrap.js';
export { dateOfDay, dayNumber } from './calendar-days.js';
export {
  compareMembers,
  type ArmResult,
  type CampaignMember,
  type MembersComparison,
  type MembersQuestion,
  type Rate,
} from './campaign-members.js';
export {
  campaignEffects,
  type ArmCounts,
  type CampaignEffect,
  type CampaignQuestion,
  type EffectMetric,
} from './campaign-result.js';
export {
  compareChannels,
  type ChannelArm,
  type ChannelFacts,
  type ChannelIncrement,
  type ChannelResult,
} from './channel-comparison.js';
export {
  classificationMeasures,
  type CalibrationRow,
  type ClassificationMeasures,
  type Prediction,
} from './classification-measures.js';
export { cohortTable, type Cohort, type CohortOptions, type CohortTable } from './cohort-table.js';
export {
  customerValue,
  isoValueCurve,
  valueMatrix,
  type IsoValueQuestion,
  type ValueCell,
  type ValuedCustomer,
  type ValueMatrixQuestion,
} from './customer-value.js';
export {
  activation,
  dormantCustomers,
  type Activation,
  type ActivationQuestion,
  type ContactedMember,
  type DormancyQuestion,
  type DormantCustomer,
} from './dormancy.js';
export { ModelDataError, type ModelDataErrorCode } from './errors.js';
export {
  encodedColumns,
  encodeRow,
  fitEncoding,
  MOST_LEVELS,
  type CategoryFeature,
  type EncodedColumn,
  type FeatureChoice,
  type FeatureEncoding,
  type FeatureRow,
  type NumberFeature,
} from './feature-encoder.js';
export { fisherExactP, hasSmallCells } from './fisher-exact.js';
export {
  expectedSpend,
  fitGammaGamma,
  meanSpend,
  type GammaGammaFit,
  type GammaGammaParameters,
  type SpendHistory,
} from './gamma-gamma.js';
export {
  holdoutSummaries,
  summariseWithHoldout,
  type HoldoutPeriods,
  type HoldoutSummaries,
  type HoldoutSummary,
  type HoldoutSummaryStream,
} from './holdout-summary.js';
export { holdoutTable, type HoldoutCustomer, type HoldoutRow } from './holdout.js';
export { holmAdjusted } from './holm.js';
export { fitKMeans, type Cluster, type KMeansFit, type KMeansOptions } from './k-means.js';
export { kaplanMeier, survivalAt, type Duration, type SurvivalCurve, type SurvivalStep } from './kaplan-meier.js';
export {
  LIFE_STAGES,
  lifeStagePurchases,
  type CategorisedPurchase,
  type LifeStage,
  type StagePurchases,
} from './life-stage.js';
export {
  lifetimeValue,
  type CustomerToValue,
  type LifetimeValue,
  type LifetimeValueQuestion,
} from './lifetime-value.js';
export { logRankTest, type GroupedDuration, type LogRankGroup, type LogRankTest } from './log-rank.js';
export { fitLogistic, type LogisticColumn, type LogisticFit, type LogisticModel } from './logistic-fit.js';
export type { LabelledRow, LabelledTable } from './logistic-table.js';
export {
  contributionsByFeature,
  logisticContributions,
  scoreLogistic,
  type Contribution,
  type FeatureContribution,
  type LogisticScore,
} from './logistic.js';
export { fitMbgNbd, scoreMbgNbd, type MbgNbdFit, type MbgNbdParameters } from './mbg-nbd.js';
export { fitParetoNbd, scoreParetoNbd, type ParetoNbdFit, type ParetoNbdParameters } from './pareto-nbd.js';
export { isMeasurable, powerOfTwoProportions, type PowerQuestion } from './power.js';
export {
  profitability,
  profitOf,
  type CustomerFacts,
  type CustomerProfit,
  type Profitability,
  type ProfitRules,
  type WhaleCurveRow,
} from './profitability.js';
export {
  newcombeInterval,
  pooledTwoProportionP,
  wilsonInterval,
  type Interval,
  type Proportion,
} from './proportions.js';
export type { PurchaseFit } from './purchase-model-fit.js';
export type { PurchaseScore } from './purchase-model.js';
export {
  fitPurchases,
  purchaseLogLikelihood,
  scorePurchases,
  type FittedPurchases,
  type PurchaseModelName,
} from './purchase-models.js';
export {
  purchaseSummaries,
  summarisePurchases,
  type CustomerSummary,
  type PurchaseHistory,
  type PurchaseLine,
} from './purchase-summary.js';
export { keyedRandom, type KeyedRandom } from './random.js';
export {
  revenueDrift,
  stabilityIndex,
  type DriftRow,
  type RevenueClass,
  type RevenueDrift,
  type RevenuePair,
} from './revenue-drift.js';
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
export { membersPerArm, minimumAudience, type Audience, type SampleSizeQuestion } from './sample-size.js';
export { drawBeta, drawExponential, drawGamma, drawNormal } from './samplers.js';
export { fitSbg, type SbgFit } from './sbg-fit.js';
export { sbgLifetime, sbgResidualLifetime, sbgRetention, sbgSurvival, type SbgParameters } from './sbg.js';
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
export type { ModelWarning, ModelWarningCode } from './warnings.js';
export { welchDifference, type MeanDifference, type SampleSums } from './welch.js';

import './problems.js';
import type { PublicEvent } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { BusinessRulesModule } from './business-rules/business-rules.module.js';
import { CampaignResultModule } from './campaign-result/campaign-result.module.js';
import { publishCampaignResult } from './campaign-result/campaign-result.publisher.js';
import { computeResultJob } from './campaign-result/compute-result.job.js';
import { CohortModule } from './cohort/cohort.module.js';
import { contactsProjection } from './contact/contacts.projection.js';
import { CustomerFeaturesModule } from './customer-features/customer-features.module.js';
import { CustomerScoreModule } from './customer-score/customer-score.module.js';
import { publishCustomerScore } from './customer-score/customer-score.publisher.js';
import { KpiModule } from './kpi/kpi.module.js';
import { followFactsJob } from './loop/follow-facts.job.js';
import { loopMetrics } from './loop/loop-metrics.js';
import { LoopModule } from './loop/loop.module.js';
import { loopsProjection } from './loop/loops.projection.js';
import { MartRefreshModule } from './mart-refresh/mart-refresh.module.js';
import { publishMartRefresh } from './mart-refresh/mart-refresh.publisher.js';
import { refreshMart } from './mart-refresh/refresh-mart.job.js';
import { httpSourceFeeds } from './mart-refresh/source-feeds.js';
import { warehouse } from './migrations/0001-warehouse.js';
import { martRefresh } from './migrations/0002-mart-refresh.js';
import { scores } from './migrations/0003-scores.js';
import { segments } from './migrations/0004-segments.js';
import { facts } from './migrations/0005-facts.js';
import { toldScores } from './migrations/0006-told-scores.js';
import { targetLists } from './migrations/0020-target-lists.js';
import { loops } from './migrations/0021-loops.js';
import { modelReports } from './migrations/0030-model-reports.js';
import { trainingSets } from './migrations/0031-training-sets.js';
import { modelChampions } from './migrations/0032-model-champions.js';
import { runVersions } from './migrations/0033-run-versions.js';
import { toldByRuns } from './migrations/0034-told-by-runs.js';
import { askedBasis } from './migrations/0035-asked-basis.js';
import { holdingRuns } from './migrations/0036-holding-runs.js';
import { modelComparisons } from './migrations/0037-model-comparisons.js';
import { trainingSetList } from './migrations/0038-training-set-list.js';
import { toTell } from './migrations/0039-to-tell.js';
import { ModelComparisonModule } from './model-comparison/model-comparison.module.js';
import { ModelFindingModule } from './model-finding/model-finding.module.js';
import { modelChampionsProjection } from './model-promotion/model-champions.projection.js';
import { ModelPromotionModule } from './model-promotion/model-promotion.module.js';
import { tellPromotion } from './model-promotion/tell-promotion.job.js';
import { ModelRunModule } from './model-run/model-run.module.js';
import { publishModelRun } from './model-run/model-run.publisher.js';
import { runModel } from './model-run/run-model.job.js';
import { acknowledgeTargetLists } from './reactors/acknowledge-target-lists.js';
import { followLoops } from './reactors/follow-loops.js';
import { startJobs } from './reactors/start-jobs.js';
import { publishResponseProjection } from './response-projection/response-projection.publisher.js';
import { publishResultView } from './result-view/result-view.publisher.js';
import { SegmentModule } from './segment/segment.module.js';
import { segmentsProjection } from './segment/segments.projection.js';
import { forgetMemberships } from './segment-membership/forget-memberships.js';
import { keepMembershipsJob, nextTick } from './segment-membership/keep-memberships.job.js';
import { publishSegmentMembership } from './segment-membership/segment-membership.publisher.js';
import { deliverList } from './target-list/deliver-target-list.job.js';
import { TargetListModule } from './target-list/target-list.module.js';
import { publishTargetList } from './target-list/target-list.publisher.js';
import { buildTrainingSet } from './training-set/build-training-set.job.js';
import { trainingSetsProjection } from './training-set/training-sets.projection.js';
import { TrainingSetModule } from './training-set/training-set.module.js';
import { orderLinesProjection } from './warehouse/order-lines.projection.js';
import { warehouseProjection } from './warehouse/warehouse.projection.js';

type Publisher = (event: never) => PublicEvent | undefined;

/** By category of the stream; what is not here analytics keeps to itself. */
const publishers: Readonly<Record<string, Publisher>> = {
  'mart-refresh': publishMartRefresh,
  'model-run': publishModelRun,
  'customer-score': publishCustomerScore,
  'segment-membership': publishSegmentMembership,
  'target-list': publishTargetList,
  'target-list-chunk': publishTargetList,
  'response-projection': publishResponseProjection,
  'campaign-result': publishCampaignResult,
  'result-view': publishResultView,
};

const modelModules = [
  ...[ModelRunModule, ModelFindingModule, ModelPromotionModule, ModelComparisonModule],
  ...[TrainingSetModule, CustomerScoreModule],
];
const loopModules = [TargetListModule, CampaignResultModule, LoopModule];

/** Warehouse, scores and segments, the lists made of them, and what came of those: where the loop begins and closes. */
export const analyticsService = defineService({
  name: 'analytics',
  modules: [
    CustomerFeaturesModule,
    MartRefreshModule,
    ...modelModules,
    SegmentModule,
    BusinessRulesModule,
    CohortModule,
    KpiModule,
    ...loopModules,
  ],
  migrations: [
    ...[warehouse, martRefresh, scores, segments, facts, toldScores, targetLists, loops],
    ...[modelReports, trainingSets, modelChampions, runVersions, toldByRuns, askedBasis],
    ...[holdingRuns, modelComparisons, trainingSetList, toTell],
  ],
  publish: (event) => publishers[event.category]?.(event as never),
  projections: () => [
    ...[warehouseProjection, orderLinesProjection, contactsProjection],
    ...[segmentsProjection, loopsProjection, modelChampionsProjection, trainingSetsProjection],
  ],
  reactors: (context) => [startJobs(context), acknowledgeTargetLists(context), followLoops(context)],
  jobs: (context) => [
    refreshMart(context, httpSourceFeeds(context.services)),
    runModel(context),
    tellPromotion(context),
    buildTrainingSet(context),
    keepMembershipsJob(context),
    deliverList(context),
    followFactsJob(context),
    computeResultJob(context),
  ],
  erasure: () => [forgetMemberships],
  metrics: loopMetrics,
  onStart: ({ jobs, clock }) => jobs.enqueue(nextTick(clock())),
});

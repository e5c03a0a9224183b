import './problems.js';
import type { PublicEvent } from '@crm/contracts';
import { defineService } from '@crm/platform';
import { CustomerFeaturesModule } from './customer-features/customer-features.module.js';
import { CustomerScoreModule } from './customer-score/customer-score.module.js';
import { publishCustomerScore } from './customer-score/customer-score.publisher.js';
import { MartRefreshModule } from './mart-refresh/mart-refresh.module.js';
import { publishMartRefresh } from './mart-refresh/mart-refresh.publisher.js';
import { refreshMart } from './mart-refresh/refresh-mart.job.js';
import { httpSourceFeeds } from './mart-refresh/source-feeds.js';
import { warehouse } from './migrations/0001-warehouse.js';
import { martRefresh } from './migrations/0002-mart-refresh.js';
import { scores } from './migrations/0003-scores.js';
import { segments } from './migrations/0004-segments.js';
import { ModelRunModule } from './model-run/model-run.module.js';
import { publishModelRun } from './model-run/model-run.publisher.js';
import { runModel } from './model-run/run-model.job.js';
import { startJobs } from './reactors/start-jobs.js';
import { SegmentModule } from './segment/segment.module.js';
import { segmentsProjection } from './segment/segments.projection.js';
import { forgetMemberships } from './segment-membership/forget-memberships.js';
import { keepMembershipsJob, nextTick } from './segment-membership/keep-memberships.job.js';
import { publishSegmentMembership } from './segment-membership/segment-membership.publisher.js';
import { warehouseProjection } from './warehouse/warehouse.projection.js';

type Publisher = (event: never) => PublicEvent | undefined;

/** By category of the stream; what is not here analytics keeps to itself. */
const publishers: Readonly<Record<string, Publisher>> = {
  'mart-refresh': publishMartRefresh,
  'model-run': publishModelRun,
  'customer-score': publishCustomerScore,
  'segment-membership': publishSegmentMembership,
};

/** Warehouse, features, models, scores and segments: what the operational services are told about their customers. */
export const analyticsService = defineService({
  name: 'analytics',
  modules: [CustomerFeaturesModule, MartRefreshModule, ModelRunModule, CustomerScoreModule, SegmentModule],
  migrations: [warehouse, martRefresh, scores, segments],
  publish: (event) => publishers[event.category]?.(event as never),
  projections: () => [warehouseProjection, segmentsProjection],
  reactors: (context) => [startJobs(context)],
  jobs: (context) => [
    refreshMart(context, httpSourceFeeds(context.services)),
    runModel(context),
    keepMembershipsJob(context),
  ],
  erasure: () => [forgetMemberships],
  onStart: ({ jobs, clock }) => jobs.enqueue(nextTick(clock())),
});

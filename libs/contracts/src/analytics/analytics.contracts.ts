import { CampaignResultComputedV1 } from './campaign-result-computed.v1.js';
import { CampaignResultPublishedV1 } from './campaign-result-published.v1.js';
import { CampaignResultViewedV1 } from './campaign-result-viewed.v1.js';
import { CustomerScoreChangedV1 } from './customer-score-changed.v1.js';
import { MartRefreshedV1 } from './mart-refreshed.v1.js';
import { ModelRunCompletedV1 } from './model-run-completed.v1.js';
import { ResponseProjectedV1 } from './response-projected.v1.js';
import { SegmentEnteredV1 } from './segment-entered.v1.js';
import { SegmentLeftV1 } from './segment-left.v1.js';
import { AnalyticsSubjectErasedV1 } from './subject-erased.v1.js';
import { TargetListChunkDeliveredV1 } from './target-list-chunk-delivered.v1.js';
import { TargetListDefinedV1 } from './target-list-defined.v1.js';
import { TargetListDeliveredV1 } from './target-list-delivered.v1.js';
import { TargetListFrozenV1 } from './target-list-frozen.v1.js';

export const analyticsContracts = [
  CampaignResultComputedV1,
  CampaignResultPublishedV1,
  CampaignResultViewedV1,
  CustomerScoreChangedV1,
  MartRefreshedV1,
  ModelRunCompletedV1,
  ResponseProjectedV1,
  SegmentEnteredV1,
  SegmentLeftV1,
  AnalyticsSubjectErasedV1,
  TargetListChunkDeliveredV1,
  TargetListDefinedV1,
  TargetListDeliveredV1,
  TargetListFrozenV1,
] as const;

import { CampaignApprovedV1 } from './campaign-approved.v1.js';
import { CampaignChangedV1 } from './campaign-changed.v1.js';
import { CampaignClosedV1 } from './campaign-closed.v1.js';
import { CampaignPausedV1 } from './campaign-paused.v1.js';
import { CampaignPlannedV1 } from './campaign-planned.v1.js';
import { CampaignResumedV1 } from './campaign-resumed.v1.js';
import { ResponseClassifiedV1 } from './response-classified.v1.js';
import { MarketingResponseReceivedV1 } from './response-received.v1.js';
import { ResponseRecordedV1 } from './response-recorded.v1.js';
import { MarketingSubjectErasedV1 } from './subject-erased.v1.js';
import { TreatmentAssignedV1 } from './treatment-assigned.v1.js';
import { TreatmentPresentedV1 } from './treatment-presented.v1.js';
import { TreatmentSkippedV1 } from './treatment-skipped.v1.js';
import { TreatmentUndeterminedV1 } from './treatment-undetermined.v1.js';
import { WaveChunkLoadedV1 } from './wave-chunk-loaded.v1.js';
import { WaveCompletedV1 } from './wave-completed.v1.js';
import { WaveLoadedV1 } from './wave-loaded.v1.js';

export const marketingContracts = [
  CampaignApprovedV1,
  CampaignChangedV1,
  CampaignClosedV1,
  CampaignPausedV1,
  CampaignPlannedV1,
  CampaignResumedV1,
  ResponseClassifiedV1,
  MarketingResponseReceivedV1,
  ResponseRecordedV1,
  MarketingSubjectErasedV1,
  TreatmentAssignedV1,
  TreatmentPresentedV1,
  TreatmentSkippedV1,
  TreatmentUndeterminedV1,
  WaveChunkLoadedV1,
  WaveCompletedV1,
  WaveLoadedV1,
] as const;

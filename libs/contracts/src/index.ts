export {
  SERVICES,
  defineContract,
  internalType,
  topicOf,
  type Contract,
  type ContractData,
  type Hop,
  type ServiceName,
} from './contract.js';
export { ContractDefinitionError, ContractViolation, InvalidCloudEvent, UnknownContract } from './errors.js';
export {
  CampaignResultComputedV1,
  type CampaignResultComputedV1Data,
} from './analytics/campaign-result-computed.v1.js';
export {
  CampaignResultPublishedV1,
  type CampaignResultPublishedV1Data,
} from './analytics/campaign-result-published.v1.js';
export { CampaignResultViewedV1, type CampaignResultViewedV1Data } from './analytics/campaign-result-viewed.v1.js';
export { CustomerScoreChangedV1, type CustomerScoreChangedV1Data } from './analytics/customer-score-changed.v1.js';
export { MartRefreshedV1, type MartRefreshedV1Data } from './analytics/mart-refreshed.v1.js';
export { ModelRunCompletedV1, type ModelRunCompletedV1Data } from './analytics/model-run-completed.v1.js';
export { ResponseProjectedV1, type ResponseProjectedV1Data } from './analytics/response-projected.v1.js';
export { SegmentEnteredV1, type SegmentEnteredV1Data } from './analytics/segment-entered.v1.js';
export { SegmentLeftV1, type SegmentLeftV1Data } from './analytics/segment-left.v1.js';
export { AnalyticsSubjectErasedV1, type AnalyticsSubjectErasedV1Data } from './analytics/subject-erased.v1.js';
export {
  TargetListChunkDeliveredV1,
  type TargetListChunkDeliveredV1Data,
} from './analytics/target-list-chunk-delivered.v1.js';
export { TargetListDefinedV1, type TargetListDefinedV1Data } from './analytics/target-list-defined.v1.js';
export { TargetListDeliveredV1, type TargetListDeliveredV1Data } from './analytics/target-list-delivered.v1.js';
export { TargetListFrozenV1, type TargetListFrozenV1Data } from './analytics/target-list-frozen.v1.js';
export { ConsentChangedV1, type ConsentChangedV1Data } from './customer-information/consent-changed.v1.js';
export {
  ContactPolicyChangedV1,
  type ContactPolicyChangedV1Data,
} from './customer-information/contact-policy-changed.v1.js';
export { ErasureCompletedV1, type ErasureCompletedV1Data } from './customer-information/erasure-completed.v1.js';
export { PartyChangedV1, type PartyChangedV1Data } from './customer-information/party-changed.v1.js';
export { PartyErasedV1, type PartyErasedV1Data } from './customer-information/party-erased.v1.js';
export { PartyRegisteredV1, type PartyRegisteredV1Data } from './customer-information/party-registered.v1.js';
export {
  CustomerInformationSubjectErasedV1,
  type CustomerInformationSubjectErasedV1Data,
} from './customer-information/subject-erased.v1.js';
export { CampaignApprovedV1, type CampaignApprovedV1Data } from './marketing/campaign-approved.v1.js';
export { CampaignChangedV1, type CampaignChangedV1Data } from './marketing/campaign-changed.v1.js';
export { CampaignClosedV1, type CampaignClosedV1Data } from './marketing/campaign-closed.v1.js';
export { CampaignPausedV1, type CampaignPausedV1Data } from './marketing/campaign-paused.v1.js';
export { CampaignPlannedV1, type CampaignPlannedV1Data } from './marketing/campaign-planned.v1.js';
export { CampaignResumedV1, type CampaignResumedV1Data } from './marketing/campaign-resumed.v1.js';
export { ResponseClassifiedV1, type ResponseClassifiedV1Data } from './marketing/response-classified.v1.js';
export { MarketingResponseReceivedV1, type MarketingResponseReceivedV1Data } from './marketing/response-received.v1.js';
export { ResponseRecordedV1, type ResponseRecordedV1Data } from './marketing/response-recorded.v1.js';
export { MarketingSubjectErasedV1, type MarketingSubjectErasedV1Data } from './marketing/subject-erased.v1.js';
export { TreatmentAssignedV1, type TreatmentAssignedV1Data } from './marketing/treatment-assigned.v1.js';
export { TreatmentPresentedV1, type TreatmentPresentedV1Data } from './marketing/treatment-presented.v1.js';
export { TreatmentSkippedV1, type TreatmentSkippedV1Data } from './marketing/treatment-skipped.v1.js';
export { TreatmentUndeterminedV1, type TreatmentUndeterminedV1Data } from './marketing/treatment-undetermined.v1.js';
export { WaveChunkLoadedV1, type WaveChunkLoadedV1Data } from './marketing/wave-chunk-loaded.v1.js';
export { WaveCompletedV1, type WaveCompletedV1Data } from './marketing/wave-completed.v1.js';
export { WaveLoadedV1, type WaveLoadedV1Data } from './marketing/wave-loaded.v1.js';
export { LeadConvertedV1, type LeadConvertedV1Data } from './sales/lead-converted.v1.js';
export { LeadDisqualifiedV1, type LeadDisqualifiedV1Data } from './sales/lead-disqualified.v1.js';
export { LeadOpenedV1, type LeadOpenedV1Data } from './sales/lead-opened.v1.js';
export { LeadQualifiedV1, type LeadQualifiedV1Data } from './sales/lead-qualified.v1.js';
export { OpportunityOpenedV1, type OpportunityOpenedV1Data } from './sales/opportunity-opened.v1.js';
export { OpportunityStageMovedV1, type OpportunityStageMovedV1Data } from './sales/opportunity-stage-moved.v1.js';
export { OrderPlacedV1, type OrderPlacedV1Data } from './sales/order-placed.v1.js';
export { SalesResponseReceivedV1, type SalesResponseReceivedV1Data } from './sales/response-received.v1.js';
export { SalesSubjectErasedV1, type SalesSubjectErasedV1Data } from './sales/subject-erased.v1.js';
export { SalesTaskAssignedV1, type SalesTaskAssignedV1Data } from './sales/task-assigned.v1.js';
export { SalesTaskDeniedV1, type SalesTaskDeniedV1Data } from './sales/task-denied.v1.js';
export { SalesTaskGivenUpV1, type SalesTaskGivenUpV1Data } from './sales/task-given-up.v1.js';
export { SalesTaskReachedV1, type SalesTaskReachedV1Data } from './sales/task-reached.v1.js';
export { CaseMovedV1, type CaseMovedV1Data } from './service/case-moved.v1.js';
export { CaseOpenedV1, type CaseOpenedV1Data } from './service/case-opened.v1.js';
export { ContactMadeV1, type ContactMadeV1Data } from './service/contact-made.v1.js';
export { InteractionEndedV1, type InteractionEndedV1Data } from './service/interaction-ended.v1.js';
export { ServiceResponseReceivedV1, type ServiceResponseReceivedV1Data } from './service/response-received.v1.js';
export { ServiceSubjectErasedV1, type ServiceSubjectErasedV1Data } from './service/subject-erased.v1.js';
export { ServiceTaskAssignedV1, type ServiceTaskAssignedV1Data } from './service/task-assigned.v1.js';
export { ServiceTaskDeniedV1, type ServiceTaskDeniedV1Data } from './service/task-denied.v1.js';
export { ServiceTaskGivenUpV1, type ServiceTaskGivenUpV1Data } from './service/task-given-up.v1.js';
export { ServiceTaskReachedV1, type ServiceTaskReachedV1Data } from './service/task-reached.v1.js';
export { publicEvent, type PublicEvent } from './public-event.js';
export {
  contractOf,
  contracts,
  isInternalType,
  isPublicType,
  type PublicEventData,
  type PublicEventType,
} from './registry.js';
export { validatePublished, validateReceived } from './validation.js';
export type { CloudEvent, CloudEventAttributes } from './cloud-event.js';
export { fromStructured, toStructured } from './cloud-event-json.js';
export { fromKafkaMessage, toKafkaHeaders, type KafkaHeaders, type KafkaHeaderValue } from './cloud-event-kafka.js';

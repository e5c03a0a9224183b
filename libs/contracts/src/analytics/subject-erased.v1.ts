import { defineContract, type ContractData } from '../contract.js';
import { SubjectErased } from '../shared/erasure.js';

export const AnalyticsSubjectErasedV1 = defineContract({
  type: 'crm.analytics.subject-erased.v1',
  key: 'erasureId',
  description: 'analytics destroyed what it held about an erased party.',
  data: SubjectErased,
});
export type AnalyticsSubjectErasedV1Data = ContractData<typeof AnalyticsSubjectErasedV1>;

import { defineContract, type ContractData } from '../contract.js';
import { SubjectErased } from '../shared/erasure.js';

export const MarketingSubjectErasedV1 = defineContract({
  type: 'crm.marketing.subject-erased.v1',
  key: 'erasureId',
  description: 'marketing destroyed what it held about an erased party.',
  data: SubjectErased,
});
export type MarketingSubjectErasedV1Data = ContractData<typeof MarketingSubjectErasedV1>;

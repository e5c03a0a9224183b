import { defineContract, type ContractData } from '../contract.js';
import { SubjectErased } from '../shared/erasure.js';

export const ServiceSubjectErasedV1 = defineContract({
  type: 'crm.service.subject-erased.v1',
  key: 'erasureId',
  description: 'service destroyed what it held about an erased party.',
  data: SubjectErased,
});
export type ServiceSubjectErasedV1Data = ContractData<typeof ServiceSubjectErasedV1>;

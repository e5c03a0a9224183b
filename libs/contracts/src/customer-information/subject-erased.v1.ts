import { defineContract, type ContractData } from '../contract.js';
import { SubjectErased } from '../shared/erasure.js';

export const CustomerInformationSubjectErasedV1 = defineContract({
  type: 'crm.customer-information.subject-erased.v1',
  key: 'erasureId',
  description: 'customer-information destroyed what it held about an erased party.',
  data: SubjectErased,
});
export type CustomerInformationSubjectErasedV1Data = ContractData<typeof CustomerInformationSubjectErasedV1>;

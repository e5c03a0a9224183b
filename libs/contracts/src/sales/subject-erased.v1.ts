import { defineContract, type ContractData } from '../contract.js';
import { SubjectErased } from '../shared/erasure.js';

export const SalesSubjectErasedV1 = defineContract({
  type: 'crm.sales.subject-erased.v1',
  key: 'erasureId',
  description: 'sales destroyed what it held about an erased party.',
  data: SubjectErased,
});
export type SalesSubjectErasedV1Data = ContractData<typeof SalesSubjectErasedV1>;

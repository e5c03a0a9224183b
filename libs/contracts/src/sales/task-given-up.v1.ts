import { defineContract, type ContractData } from '../contract.js';
import { TaskGivenUp } from '../shared/tasks.js';

export const SalesTaskGivenUpV1 = defineContract({
  type: 'crm.sales.task-given-up.v1',
  description: 'The customer was not reached up to the last try of sales.',
  data: TaskGivenUp,
});
export type SalesTaskGivenUpV1Data = ContractData<typeof SalesTaskGivenUpV1>;

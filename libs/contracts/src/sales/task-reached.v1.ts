import { defineContract, type ContractData } from '../contract.js';
import { TaskReached } from '../shared/tasks.js';

export const SalesTaskReachedV1 = defineContract({
  type: 'crm.sales.task-reached.v1',
  description: 'Somebody in sales reached the customer: marketing records the presentation.',
  data: TaskReached,
});
export type SalesTaskReachedV1Data = ContractData<typeof SalesTaskReachedV1>;

import { defineContract, type ContractData } from '../contract.js';
import { TaskDenied } from '../shared/tasks.js';

export const SalesTaskDeniedV1 = defineContract({
  type: 'crm.sales.task-denied.v1',
  description: 'The contact was not permitted when sales asked: marketing records the skip.',
  data: TaskDenied,
});
export type SalesTaskDeniedV1Data = ContractData<typeof SalesTaskDeniedV1>;

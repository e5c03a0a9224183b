import { defineContract, type ContractData } from '../contract.js';
import { TaskAssigned } from '../shared/tasks.js';

export const SalesTaskAssignedV1 = defineContract({
  type: 'crm.sales.task-assigned.v1',
  hop: '5',
  description: 'A person in sales is to reach a member of a wave.',
  data: TaskAssigned,
});
export type SalesTaskAssignedV1Data = ContractData<typeof SalesTaskAssignedV1>;

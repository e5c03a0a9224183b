import { defineContract, type ContractData } from '../contract.js';
import { TaskReached } from '../shared/tasks.js';

export const ServiceTaskReachedV1 = defineContract({
  type: 'crm.service.task-reached.v1',
  description: 'Somebody in service reached the customer: marketing records the presentation.',
  data: TaskReached,
});
export type ServiceTaskReachedV1Data = ContractData<typeof ServiceTaskReachedV1>;

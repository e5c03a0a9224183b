import { defineContract, type ContractData } from '../contract.js';
import { TaskDenied } from '../shared/tasks.js';

export const ServiceTaskDeniedV1 = defineContract({
  type: 'crm.service.task-denied.v1',
  description: 'The contact was not permitted when service asked: marketing records the skip.',
  data: TaskDenied,
});
export type ServiceTaskDeniedV1Data = ContractData<typeof ServiceTaskDeniedV1>;

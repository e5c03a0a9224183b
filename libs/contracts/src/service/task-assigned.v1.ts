import { defineContract, type ContractData } from '../contract.js';
import { TaskAssigned } from '../shared/tasks.js';

export const ServiceTaskAssignedV1 = defineContract({
  type: 'crm.service.task-assigned.v1',
  hop: '5',
  description: 'A person in service is to reach a member of a wave.',
  data: TaskAssigned,
});
export type ServiceTaskAssignedV1Data = ContractData<typeof ServiceTaskAssignedV1>;

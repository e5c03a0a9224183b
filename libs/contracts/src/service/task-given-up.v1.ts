import { defineContract, type ContractData } from '../contract.js';
import { TaskGivenUp } from '../shared/tasks.js';

export const ServiceTaskGivenUpV1 = defineContract({
  type: 'crm.service.task-given-up.v1',
  description: 'The customer was not reached up to the last try of service.',
  data: TaskGivenUp,
});
export type ServiceTaskGivenUpV1Data = ContractData<typeof ServiceTaskGivenUpV1>;

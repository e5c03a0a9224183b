import { defineContract, type ContractData } from '../contract.js';
import { ResponseReceived } from '../shared/responses.js';

export const ServiceResponseReceivedV1 = defineContract({
  type: 'crm.service.response-received.v1',
  hop: '7',
  description: 'A customer reacted, and service heard it.',
  data: ResponseReceived,
});
export type ServiceResponseReceivedV1Data = ContractData<typeof ServiceResponseReceivedV1>;

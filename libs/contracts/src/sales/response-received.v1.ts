import { defineContract, type ContractData } from '../contract.js';
import { ResponseReceived } from '../shared/responses.js';

export const SalesResponseReceivedV1 = defineContract({
  type: 'crm.sales.response-received.v1',
  hop: '7',
  description: 'A customer reacted, and sales heard it. Orders are responses by themselves.',
  data: ResponseReceived,
});
export type SalesResponseReceivedV1Data = ContractData<typeof SalesResponseReceivedV1>;

import { defineContract, type ContractData } from '../contract.js';
import { ResponseReceived } from '../shared/responses.js';

export const MarketingResponseReceivedV1 = defineContract({
  type: 'crm.marketing.response-received.v1',
  hop: '7',
  description: 'A customer reacted, and marketing heard it.',
  data: ResponseReceived,
});
export type MarketingResponseReceivedV1Data = ContractData<typeof MarketingResponseReceivedV1>;

import { defineContract, type ContractData } from '../contract.js';
import { CampaignMoment } from '../shared/campaigns.js';

export const CampaignClosedV1 = defineContract({
  type: 'crm.marketing.campaign-closed.v1',
  description: 'A campaign is over: nothing is presented any more and its result can be judged.',
  data: CampaignMoment,
});
export type CampaignClosedV1Data = ContractData<typeof CampaignClosedV1>;

import { defineContract, type ContractData } from '../contract.js';
import { CampaignMoment } from '../shared/campaigns.js';

export const CampaignApprovedV1 = defineContract({
  type: 'crm.marketing.campaign-approved.v1',
  description: 'A campaign may run as soon as its period is open.',
  data: CampaignMoment,
});
export type CampaignApprovedV1Data = ContractData<typeof CampaignApprovedV1>;

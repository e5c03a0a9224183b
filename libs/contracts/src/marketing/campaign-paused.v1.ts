import { defineContract, type ContractData } from '../contract.js';
import { CampaignMoment } from '../shared/campaigns.js';

export const CampaignPausedV1 = defineContract({
  type: 'crm.marketing.campaign-paused.v1',
  description: 'A campaign loads waves but presents nothing.',
  data: CampaignMoment,
});
export type CampaignPausedV1Data = ContractData<typeof CampaignPausedV1>;

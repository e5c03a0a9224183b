import { defineContract, type ContractData } from '../contract.js';
import { CampaignMoment } from '../shared/campaigns.js';

export const CampaignResumedV1 = defineContract({
  type: 'crm.marketing.campaign-resumed.v1',
  description: 'A paused campaign presents again.',
  data: CampaignMoment,
});
export type CampaignResumedV1Data = ContractData<typeof CampaignResumedV1>;

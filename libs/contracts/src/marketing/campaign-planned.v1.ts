import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { campaign, campaignPlan } from '../shared/campaigns.js';

export const CampaignPlannedV1 = defineContract({
  type: 'crm.marketing.campaign-planned.v1',
  description: 'A campaign is planned, with everything that its result will be judged by.',
  data: Type.Object({ ...campaign, ...campaignPlan }),
});
export type CampaignPlannedV1Data = ContractData<typeof CampaignPlannedV1>;

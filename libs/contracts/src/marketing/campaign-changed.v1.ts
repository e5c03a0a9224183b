import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { campaign, campaignPlan } from '../shared/campaigns.js';

export const CampaignChangedV1 = defineContract({
  type: 'crm.marketing.campaign-changed.v1',
  description: 'The plan of a campaign changed: the new values of the fields that did.',
  data: Type.Object({ ...campaign, changes: Type.Partial(Type.Object(campaignPlan)) }),
});
export type CampaignChangedV1Data = ContractData<typeof CampaignChangedV1>;

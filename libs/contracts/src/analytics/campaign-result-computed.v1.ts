import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid, Uuids } from '../fields.js';

export const CampaignResultComputedV1 = defineContract({
  type: 'crm.analytics.campaign-result-computed.v1',
  hop: '10',
  description: 'A campaign was judged anew: at the end of a window, at its close, on request, or after late facts.',
  data: Type.Object({
    campaignId: Uuid,
    version: Type.Integer({ minimum: 1 }),
    reason: Code,
    loopIds: Uuids,
    businessRulesVersion: Type.Optional(
      Type.Integer({ minimum: 0, description: 'the business rules that the margin comes from' }),
    ),
  }),
});
export type CampaignResultComputedV1Data = ContractData<typeof CampaignResultComputedV1>;

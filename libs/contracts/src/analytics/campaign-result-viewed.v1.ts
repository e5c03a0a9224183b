import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Uuid, Uuids } from '../fields.js';

export const CampaignResultViewedV1 = defineContract({
  type: 'crm.analytics.campaign-result-viewed.v1',
  hop: '12',
  description: 'Somebody read a result: once per reader and version.',
  data: Type.Object({
    campaignId: Uuid,
    version: Type.Integer({ minimum: 1 }),
    viewer: Type.String({ pattern: '^[A-Za-z0-9_-]{16,128}$', description: 'keyed hash of the reader' }),
    loopIds: Uuids,
  }),
});
export type CampaignResultViewedV1Data = ContractData<typeof CampaignResultViewedV1>;

import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Count, Instant, Uuid } from '../fields.js';

export const TargetListDeliveredV1 = defineContract({
  type: 'crm.analytics.target-list-delivered.v1',
  hop: '4',
  description: 'All chunks of a list went out.',
  data: Type.Object({
    targetListId: Uuid,
    loopId: Uuid,
    campaignId: Uuid,
    asOf: Instant,
    chunks: Count,
    members: Count,
  }),
});
export type TargetListDeliveredV1Data = ContractData<typeof TargetListDeliveredV1>;

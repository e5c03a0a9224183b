import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Count, Evidence, Instant, Uuid } from '../fields.js';

export const TargetListChunkDeliveredV1 = defineContract({
  type: 'crm.analytics.target-list-chunk-delivered.v1',
  hop: '4',
  description: 'Up to 500 members of a frozen list, each with the values that put them there.',
  data: Type.Object({
    targetListId: Uuid,
    loopId: Uuid,
    campaignId: Uuid,
    asOf: Instant,
    chunk: Count,
    members: Type.Array(Type.Object({ partyId: Uuid, rank: Count, evidence: Evidence }), { maxItems: 500 }),
  }),
});
export type TargetListChunkDeliveredV1Data = ContractData<typeof TargetListChunkDeliveredV1>;

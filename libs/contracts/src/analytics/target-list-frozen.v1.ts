import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Count, Counts, Instant, Sha256, Uuid } from '../fields.js';

export const TargetListFrozenV1 = defineContract({
  type: 'crm.analytics.target-list-frozen.v1',
  hop: '3',
  description: 'The members of a list are fixed: selected are those frozen and those suppressed, by reason.',
  data: Type.Object({
    targetListId: Uuid,
    loopId: Uuid,
    campaignId: Uuid,
    asOf: Instant,
    selected: Count,
    suppressed: Counts,
    frozen: Count,
    contentHash: Sha256,
  }),
});
export type TargetListFrozenV1Data = ContractData<typeof TargetListFrozenV1>;

import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Uuid, Uuids } from '../fields.js';

export const TargetListDefinedV1 = defineContract({
  type: 'crm.analytics.target-list-defined.v1',
  hop: '3',
  description: 'A loop begins: a segment is evaluated on one snapshot for a campaign.',
  data: Type.Object({
    targetListId: Uuid,
    loopId: Uuid,
    campaignId: Uuid,
    segmentId: Uuid,
    asOf: Instant,
    refreshId: Uuid,
    runIds: Uuids,
  }),
});
export type TargetListDefinedV1Data = ContractData<typeof TargetListDefinedV1>;

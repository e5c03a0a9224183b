import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Count, Counts, Positions, Uuid } from '../fields.js';

export const ResponseProjectedV1 = defineContract({
  type: 'crm.analytics.response-projected.v1',
  hop: '9',
  description: 'Responses of a loop reached the mart: one event for each batch and loop.',
  data: Type.Object({
    loopId: Uuid,
    campaignId: Uuid,
    batch: Code,
    projected: Count,
    byClass: Counts,
    positions: Type.Optional(Positions),
  }),
});
export type ResponseProjectedV1Data = ContractData<typeof ResponseProjectedV1>;

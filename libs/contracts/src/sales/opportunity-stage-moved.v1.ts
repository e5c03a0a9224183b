import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const OpportunityStageMovedV1 = defineContract({
  type: 'crm.sales.opportunity-stage-moved.v1',
  description: 'An opportunity went to another stage of its pipeline.',
  data: Type.Object({
    opportunityId: Uuid,
    partyId: Uuid,
    from: Code,
    to: Code,
    probability: Type.Number({ minimum: 0, maximum: 100, description: 'per cent, of the stage it is in now' }),
  }),
});
export type OpportunityStageMovedV1Data = ContractData<typeof OpportunityStageMovedV1>;

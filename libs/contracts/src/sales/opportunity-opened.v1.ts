import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Money, Uuid } from '../fields.js';

export const OpportunityOpenedV1 = defineContract({
  type: 'crm.sales.opportunity-opened.v1',
  description: 'A possible sale is being worked on.',
  data: Type.Object({
    opportunityId: Uuid,
    partyId: Uuid,
    amount: Type.Optional(Money),
    stage: Code,
    leadId: Type.Optional(Uuid),
  }),
});
export type OpportunityOpenedV1Data = ContractData<typeof OpportunityOpenedV1>;

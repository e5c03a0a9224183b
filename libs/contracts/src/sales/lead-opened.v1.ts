import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const LeadOpenedV1 = defineContract({
  type: 'crm.sales.lead-opened.v1',
  description: 'An interest became a lead.',
  data: Type.Object({
    leadId: Uuid,
    partyId: Uuid,
    source: Code,
    responseId: Type.Optional(Uuid),
  }),
});
export type LeadOpenedV1Data = ContractData<typeof LeadOpenedV1>;

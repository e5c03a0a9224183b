import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const LeadDisqualifiedV1 = defineContract({
  type: 'crm.sales.lead-disqualified.v1',
  description: 'A lead is not followed any more, and why.',
  data: Type.Object({ leadId: Uuid, partyId: Uuid, reason: Code }),
});
export type LeadDisqualifiedV1Data = ContractData<typeof LeadDisqualifiedV1>;

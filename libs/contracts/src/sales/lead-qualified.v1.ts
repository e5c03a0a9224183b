import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Uuid } from '../fields.js';

export const LeadQualifiedV1 = defineContract({
  type: 'crm.sales.lead-qualified.v1',
  description: 'A lead is worth following.',
  data: Type.Object({ leadId: Uuid, partyId: Uuid }),
});
export type LeadQualifiedV1Data = ContractData<typeof LeadQualifiedV1>;

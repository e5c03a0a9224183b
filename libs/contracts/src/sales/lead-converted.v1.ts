import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Uuid } from '../fields.js';

export const LeadConvertedV1 = defineContract({
  type: 'crm.sales.lead-converted.v1',
  description: 'A lead became an opportunity.',
  data: Type.Object({ leadId: Uuid, partyId: Uuid, opportunityId: Uuid }),
});
export type LeadConvertedV1Data = ContractData<typeof LeadConvertedV1>;

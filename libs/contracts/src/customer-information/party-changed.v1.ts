import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const PartyChangedV1 = defineContract({
  type: 'crm.customer-information.party-changed.v1',
  description: 'Something about a party was corrected: which fields, never their values.',
  data: Type.Object({
    partyId: Uuid,
    fields: Type.Array(Code, { description: 'fields that changed, without their values' }),
  }),
});
export type PartyChangedV1Data = ContractData<typeof PartyChangedV1>;

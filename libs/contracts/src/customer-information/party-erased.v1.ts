import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Uuid } from '../fields.js';

export const PartyErasedV1 = defineContract({
  type: 'crm.customer-information.party-erased.v1',
  description:
    'A party asked to be forgotten: every service destroys what it holds of the party and of all linked ids.',
  key: 'erasureId',
  data: Type.Object({
    erasureId: Uuid,
    partyId: Uuid,
    linkedIds: Type.Array(Uuid, { description: 'further ids of the same party, merged or linked' }),
  }),
});
export type PartyErasedV1Data = ContractData<typeof PartyErasedV1>;

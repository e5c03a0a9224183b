import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Uuid, oneOf } from '../fields.js';

export const PartyRegisteredV1 = defineContract({
  type: 'crm.customer-information.party-registered.v1',
  description: 'A party is known. Who it is stays in customer-information; ask there by its id.',
  data: Type.Object({
    partyId: Uuid,
    kind: oneOf(['person', 'organization']),
    registeredAt: Instant,
  }),
});
export type PartyRegisteredV1Data = ContractData<typeof PartyRegisteredV1>;

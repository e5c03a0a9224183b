import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid, oneOf } from '../fields.js';

export const ConsentChangedV1 = defineContract({
  type: 'crm.customer-information.consent-changed.v1',
  description: 'A party granted or denied a contact for a purpose and a channel; either may be `any`.',
  data: Type.Object({
    partyId: Uuid,
    purpose: Code,
    channel: Code,
    state: oneOf(['granted', 'denied']),
    source: Type.String({ minLength: 1, maxLength: 200, description: 'where the consent was given or taken back' }),
  }),
});
export type ConsentChangedV1Data = ContractData<typeof ConsentChangedV1>;

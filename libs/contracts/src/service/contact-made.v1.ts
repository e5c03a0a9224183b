import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Uuid } from '../fields.js';
import { ContactChannel, Direction } from '../shared/interactions.js';

export const ContactMadeV1 = defineContract({
  type: 'crm.service.contact-made.v1',
  description: 'A known party was in contact with us. Once per interaction.',
  data: Type.Object({
    interactionId: Uuid,
    partyId: Uuid,
    channel: ContactChannel,
    direction: Direction,
    at: Instant,
    treatmentId: Type.Optional(Uuid),
  }),
});
export type ContactMadeV1Data = ContractData<typeof ContactMadeV1>;

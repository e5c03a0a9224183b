import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Instant, Uuid } from '../fields.js';
import { ContactChannel, Direction } from '../shared/interactions.js';

export const InteractionEndedV1 = defineContract({
  type: 'crm.service.interaction-ended.v1',
  key: 'interactionId',
  description: 'A contact is over; its party may not be known.',
  data: Type.Object({
    interactionId: Uuid,
    partyId: Type.Optional(Uuid),
    channel: ContactChannel,
    direction: Direction,
    startedAt: Instant,
    endedAt: Instant,
    outcome: Code,
  }),
});
export type InteractionEndedV1Data = ContractData<typeof InteractionEndedV1>;

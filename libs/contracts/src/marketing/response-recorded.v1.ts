import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Label, Money, Uuid } from '../fields.js';
import { MatchRule, ResponseKind } from '../shared/responses.js';

export const ResponseRecordedV1 = defineContract({
  type: 'crm.marketing.response-recorded.v1',
  hop: '8',
  description: 'A response was matched to a member of a wave, or to none; a later match records it again.',
  data: Type.Object({
    responseId: Uuid,
    partyId: Uuid,
    kind: ResponseKind,
    at: Instant,
    matched: Type.Boolean(),
    rule: Type.Optional(MatchRule),
    campaignId: Type.Optional(Uuid),
    waveId: Type.Optional(Uuid),
    treatmentId: Type.Optional(Uuid),
    arm: Type.Optional(Label),
    amount: Type.Optional(Money),
  }),
});
export type ResponseRecordedV1Data = ContractData<typeof ResponseRecordedV1>;

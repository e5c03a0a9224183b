import { Type, type Static } from '@sinclair/typebox';
import { instant, nullable, nullableMoney, text, uuid, word } from '../answer-fields.js';
import { RESPONSE_CLASSES, RESPONSE_KINDS, RESPONSE_PROBLEMS } from './response-kinds.js';

export const responseSchema = Type.Object({
  responseId: uuid,
  responseRef: nullable(text),
  partyId: uuid,
  kind: word(RESPONSE_KINDS),
  at: instant,
  source: nullable(text),
  sourceCode: nullable(text),
  channel: nullable(text),
  amount: nullableMoney,
  note: nullable(text),
  matched: Type.Boolean(),
  rule: nullable(text),
  campaignId: nullable(uuid),
  waveId: nullable(uuid),
  treatmentId: nullable(uuid),
  arm: nullable(text),
  class: nullable(word(RESPONSE_CLASSES)),
  revenue: nullableMoney,
  problem: nullable(word(RESPONSE_PROBLEMS)),
});
export type ResponseView = Static<typeof responseSchema>;

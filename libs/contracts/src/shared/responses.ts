import { Type } from '@sinclair/typebox';
import { Code, Instant, Money, Reference, Uuid, oneOf } from '../fields.js';

export const ResponseKind = oneOf([
  'opened',
  'clicked',
  'visit',
  'interested',
  'declined',
  'unsubscribed',
  'order',
  'bounced',
  'complained',
]);

/** Whoever hears a response publishes it in this shape, under its own prefix. */
export const ResponseReceived = Type.Object({
  responseId: Uuid,
  partyId: Uuid,
  kind: ResponseKind,
  channel: Code,
  at: Instant,
  source: Type.String({ minLength: 1, maxLength: 200, description: 'system that reported it' }),
  treatmentId: Type.Optional(Uuid),
  sourceCode: Type.Optional(Reference),
  amount: Type.Optional(Money),
});

export const MatchRule = oneOf(['treatment', 'source-code', 'window']);

export const ResponseClass = oneOf(
  ['response', 'conversion', 'late', 'early', 'repeat', 'negative'],
  'late and early lie outside the window; repeat: the member has that class already',
);

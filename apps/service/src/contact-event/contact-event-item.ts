import { idSchema, itemSchema, timestampSchema } from '@crm/platform';
import { Type } from '@sinclair/typebox';
import {
  CONTACT_CHANNELS,
  CONTACT_EVENT_KINDS,
  DIRECTIONS,
  RESPONSE_KINDS,
} from '../interaction/interaction.events.js';

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });

const code = Type.String({ minLength: 1, maxLength: 200 });
const number = Type.String({ minLength: 1, maxLength: 320, description: 'telephone number or address; personal' });
const responseKind = oneOf(RESPONSE_KINDS);
/** The kind alone, or with what was noted down. */
const response = Type.Union([
  responseKind,
  Type.Object(
    { kind: responseKind, note: Type.Optional(Type.String({ minLength: 1, maxLength: 4000 })) },
    { additionalProperties: false },
  ),
]);

/** One contact event of a batch. */
export const contactEventItems = itemSchema(
  Type.Object(
    {
      vendorEventId: code,
      contactId: code,
      sequence: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      kind: oneOf(CONTACT_EVENT_KINDS),
      at: timestampSchema({ notInFuture: true }),
      channel: oneOf(CONTACT_CHANNELS),
      direction: oneOf(DIRECTIONS),
      from: Type.Optional(number),
      to: Type.Optional(number),
      agentId: Type.Optional(code),
      queue: Type.Optional(code),
      partyRef: Type.Optional(Type.String({ format: 'party-reference', description: '"<system>:<value>"' })),
      treatmentId: Type.Optional(idSchema()),
      disposition: Type.Optional(code),
      response: Type.Optional(response),
    },
    { additionalProperties: false },
  ),
);

export type ContactEventItem = typeof contactEventItems.item;

/** The body of a batch: events of one call-center system. */
export const contactEventBatch = Type.Object({
  source: code,
  events: Type.Array(contactEventItems.schema, { maxItems: 500 }),
});

import { idSchema, itemSchema, timestampSchema } from '@crm/platform';
import { Type } from '@sinclair/typebox';
import { RULED_CHANNELS } from '../channels.js';
import { CODE, LOCALE, WRITTEN } from '../words.js';
import { CONTACT_POINT_KINDS } from './party.events.js';

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>({ type: 'string', enum: [...values] });
const strict = { additionalProperties: false };
const name = Type.Optional(Type.String({ minLength: 1, maxLength: 300, pattern: WRITTEN.source }));
const code = Type.String({ pattern: CODE.source });

/** One party of a batch or an import; the same fields as the body of a single registration. */
export const partyItems = itemSchema(
  Type.Object(
    {
      partyId: Type.Optional(idSchema()),
      partyRef: Type.Optional(Type.String({ format: 'party-reference', description: '"<system>:<value>"' })),
      kind: oneOf(['person', 'organization']),
      name: Type.Object({ full: name, given: name, family: name, legal: name }, strict),
      contactPoints: Type.Optional(
        Type.Array(
          Type.Object(
            {
              kind: oneOf(CONTACT_POINT_KINDS),
              value: Type.String({ minLength: 1, maxLength: 500, pattern: WRITTEN.source }),
              primary: Type.Optional(Type.Boolean()),
            },
            strict,
          ),
          { maxItems: 50 },
        ),
      ),
      timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      locale: Type.Optional(Type.String({ pattern: LOCALE.source })),
      birthDate: Type.Optional(Type.String({ format: 'date' })),
      consents: Type.Optional(
        Type.Array(
          Type.Object(
            {
              purpose: code,
              channel: oneOf(RULED_CHANNELS),
              state: oneOf(['granted', 'denied']),
              occurredAt: Type.Optional(timestampSchema({ notInFuture: true })),
            },
            strict,
          ),
          { maxItems: 100 },
        ),
      ),
      occurredAt: Type.Optional(timestampSchema({ notInFuture: true })),
    },
    strict,
  ),
);

export type PartyItem = typeof partyItems.item;

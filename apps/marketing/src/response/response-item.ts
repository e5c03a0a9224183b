import { exactlyOneParty, idSchema, itemSchema, moneySchema, partyFields, timestampSchema } from '@crm/platform';
import { Type } from '@sinclair/typebox';
import { RESPONSE_KINDS, type ResponseKind } from './response-kinds.js';

const word = (maxLength: number): ReturnType<typeof Type.String> => Type.String({ minLength: 1, maxLength });

export const responseItems = itemSchema(
  Type.Object(
    {
      ...partyFields,
      responseRef: word(200),
      kind: Type.Unsafe<ResponseKind>({ type: 'string', enum: [...RESPONSE_KINDS] }),
      at: timestampSchema({ notInFuture: true }),
      channel: word(100),
      treatmentId: Type.Optional(idSchema()),
      sourceCode: Type.Optional(word(200)),
      amount: Type.Optional(moneySchema),
      note: Type.Optional(word(2000)),
    },
    { additionalProperties: false, ...exactlyOneParty },
  ),
);
export type ResponseItem = typeof responseItems.item;

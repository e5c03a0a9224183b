import { exactlyOneParty, itemSchema, moneySchema, partyFields, timestampSchema } from '@crm/platform';
import { Type } from '@sinclair/typebox';

const MOST_LINES = 1000;

const code = Type.String({ minLength: 1, maxLength: 200 });
const minor = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

const orderLine = Type.Object(
  { sku: code, quantity: Type.Number(), amountMinor: minor },
  { additionalProperties: false },
);

/** An order in a batch or an import. */
export const orderItems = itemSchema(
  Type.Object(
    {
      ...partyFields,
      orderRef: code,
      orderedAt: timestampSchema({ notInFuture: true }),
      lines: Type.Optional(Type.Array(orderLine, { maxItems: MOST_LINES })),
      total: moneySchema,
      channel: Type.Optional(code),
      ownerId: Type.Optional(code),
    },
    { additionalProperties: false, ...exactlyOneParty },
  ),
);

import { exactlyOneParty, itemSchema, partyFields, timestampSchema } from '@crm/platform';
import { Type } from '@sinclair/typebox';
import { RESPONSE_KINDS, type ResponseKind } from '../response/response-kinds.js';

const MOST_RESPONSES = 100;

/** A member of a wave that was carried out elsewhere. In CSV its responses are columns `responses.0.kind`, `responses.0.at`, … */
export const waveItems = itemSchema(
  Type.Object(
    {
      ...partyFields,
      arm: Type.String({ minLength: 1, maxLength: 100, description: 'control or the name of an arm' }),
      presentedAt: Type.Optional(timestampSchema({ notInFuture: true })),
      responses: Type.Optional(
        Type.Array(
          Type.Object(
            {
              kind: Type.Unsafe<ResponseKind>({ type: 'string', enum: [...RESPONSE_KINDS] }),
              at: Type.Optional(timestampSchema({ notInFuture: true, description: 'without it: in the window' })),
              amountMinor: Type.Optional(
                Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
              ),
            },
            { additionalProperties: false },
          ),
          { maxItems: MOST_RESPONSES },
        ),
      ),
    },
    { additionalProperties: false, ...exactlyOneParty },
  ),
);
export type WaveItem = typeof waveItems.item;

import { Type, type TSchema } from '@sinclair/typebox';
import { moneySchema } from '../http/money.js';

const fieldError = Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() });
const count = Type.Integer({ minimum: 0 });
const counts = { read: count, accepted: count, duplicates: count, conflicts: count, rejected: count };
const reject = Type.Object({ line: Type.Integer({ minimum: 1 }), code: Type.String(), pointer: Type.String() });
const problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  errors: Type.Optional(Type.Array(fieldError)),
});

/** Components that every document has. */
export const sharedSchemas = {
  Problem: problem,
  Money: moneySchema,
  CommandAnswer: Type.Object({ id: Type.String(), version: Type.Integer({ minimum: 0 }), readAfter: Type.String() }),
  BatchAnswer: Type.Object({
    outcomes: Type.Array(
      Type.Object({
        index: count,
        status: Type.Union(['accepted', 'duplicate', 'conflict', 'rejected'].map((status) => Type.Literal(status))),
        id: Type.Optional(Type.String()),
        problem: Type.Optional(problem),
      }),
    ),
    readAfter: Type.String(),
  }),
  ImportAnswer: Type.Object({
    importId: Type.String({ format: 'uuid' }),
    ...counts,
    rejects: Type.Array(reject),
    readAfter: Type.String(),
  }),
  ImportPage: Type.Object({
    importId: Type.String({ format: 'uuid' }),
    status: Type.Union(['running', 'done', 'failed', 'aborted'].map((status) => Type.Literal(status))),
    ...counts,
    items: Type.Array(reject),
    next: Type.Union([Type.String(), Type.Null()]),
  }),
} as const satisfies Readonly<Record<string, TSchema>>;

export type SharedSchema = keyof typeof sharedSchemas;

/** A page of a list of some item. */
export function pageSchema(item: TSchema | undefined): object {
  const next = { type: ['string', 'null'] };
  return {
    type: 'object',
    required: ['items', 'next'],
    properties: { items: { type: 'array', items: item ?? {} }, next, total: { type: 'integer' } },
  };
}

import { moneySchema } from '@crm/platform';
import { Type, type TSchema, type TUnion, type TNull } from '@sinclair/typebox';

export const uuid = Type.String({ format: 'uuid' });
export const instant = Type.String({ format: 'date-time' });
export const text = Type.String();
export const counts = Type.Record(Type.String(), Type.Integer());

export const nullable = <Schema extends TSchema>(schema: Schema): TUnion<[Schema, TNull]> =>
  Type.Union([schema, Type.Null()]);

/** One of some words. */
export const word = <const Words extends readonly string[]>(
  words: Words,
): ReturnType<typeof Type.Unsafe<Words[number]>> => Type.Unsafe<Words[number]>({ type: 'string', enum: [...words] });

export const nullableMoney = nullable(moneySchema);

import { Type } from '@sinclair/typebox';

/** One of some words, in an answer. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words] });

import type { JsonSchema } from '../schema-fields.js';

type Bound = Extract<keyof JsonSchema, string>;

const LOWER_BOUNDS: readonly Bound[] = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const UPPER_BOUNDS: readonly Bound[] = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
const FIXED: readonly Bound[] = ['format', 'pattern', 'const', 'multipleOf', 'uniqueItems'];

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
const numberAt = (schema: JsonSchema, bound: Bound, absent: number): number => {
  const value = schema[bound];
  return typeof value === 'number' ? value : absent;
};

const missingWords = (released: JsonSchema, current: JsonSchema): readonly unknown[] =>
  current.enum === undefined ? [] : (released.enum ?? []).filter((value) => !current.enum?.includes(value));

/** What the current schema of one place no longer accepts although the released one did, in words. */
export function narrowingsOf(released: JsonSchema, current: JsonSchema): readonly string[] {
  const found: string[] = [];
  if (released.enum === undefined && current.enum !== undefined)
    found.push('narrowed enum: a list of values was added');
  const missing = missingWords(released, current);
  if (missing.length > 0)
    found.push(`narrowed enum: ${missing.map((value) => JSON.stringify(value)).join(', ')} taken away`);
  for (const rule of FIXED) {
    if (current[rule] !== undefined && !same(released[rule], current[rule]))
      found.push(`narrowed ${rule}: changed or added`);
  }
  for (const bound of LOWER_BOUNDS) {
    if (numberAt(current, bound, -Infinity) > numberAt(released, bound, -Infinity))
      found.push(`narrowed bounds: ${bound} raised or added`);
  }
  for (const bound of UPPER_BOUNDS) {
    if (numberAt(current, bound, Infinity) < numberAt(released, bound, Infinity))
      found.push(`narrowed bounds: ${bound} lowered or added`);
  }
  return found;
}

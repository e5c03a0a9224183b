import type { JsonSchema } from '../schema-fields.js';
import { narrowingsOf } from './narrowings.js';

/** One change that readers of a released version would not survive. */
export interface Incompatibility {
  /** Where in the data; `*` stands for any item or key. */
  readonly pointer: string;
  readonly change: string;
}

const typesOf = (schema: JsonSchema): string => JSON.stringify([schema.type ?? []].flat().toSorted());
const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Fields: all that were promised are still there, as required as they were, and no other became required. */
function compareFields(released: JsonSchema, current: JsonSchema, pointer: string): readonly Incompatibility[] {
  const found: Incompatibility[] = [];
  for (const [name, schema] of Object.entries(released.properties ?? {})) {
    const now = current.properties?.[name];
    if (now === undefined) found.push({ pointer: `${pointer}/${name}`, change: 'removed or renamed field' });
    else found.push(...incompatibilities(schema, now, `${pointer}/${name}`));
  }
  const before = new Set(released.required ?? []);
  const after = new Set(current.required ?? []);
  for (const name of after) {
    if (!before.has(name)) found.push({ pointer: `${pointer}/${name}`, change: 'new required field' });
  }
  for (const name of before) {
    if (!after.has(name) && current.properties?.[name] !== undefined) {
      found.push({ pointer: `${pointer}/${name}`, change: 'required field became optional' });
    }
  }
  return found;
}

/** Values of arrays and records. A rule for values that were free is a narrowing too. */
function compareValues(released: JsonSchema, current: JsonSchema, pointer: string): readonly Incompatibility[] {
  const found: Incompatibility[] = [];
  const place = `${pointer}/*`;
  if (released.items !== undefined && current.items !== undefined) {
    found.push(...incompatibilities(released.items, current.items, place));
  } else if (!same(released.items, current.items)) found.push({ pointer: place, change: 'changed type' });
  const [before, after] = [released.patternProperties ?? {}, current.patternProperties ?? {}];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    if (old === undefined || now === undefined) found.push({ pointer: place, change: 'changed type' });
    else found.push(...incompatibilities(old, now, place));
  }
  if (!same(released.additionalProperties, current.additionalProperties)) {
    found.push({ pointer: place, change: 'changed rule for additional fields' });
  }
  return found;
}

/** Everything in which the current schema breaks a promise of the released one; only adding optional fields and widening breaks none. */
export function incompatibilities(released: JsonSchema, current: JsonSchema, pointer = ''): readonly Incompatibility[] {
  if (typesOf(released) !== typesOf(current)) return [{ pointer, change: 'changed type' }];
  if (!same(released.anyOf, current.anyOf)) return [{ pointer, change: 'changed type' }];
  return [
    ...narrowingsOf(released, current).map((change) => ({ pointer, change })),
    ...compareFields(released, current, pointer),
    ...compareValues(released, current, pointer),
  ];
}

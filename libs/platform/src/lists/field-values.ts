import { isDate, isTimestamp } from '../http/times.js';
import type { FieldType, ListField } from './list-spec.js';

const FORMS: Readonly<Record<FieldType, (text: string) => boolean>> = {
  text: (text) => text.length <= 1_000 && !text.includes('\0'),
  uuid: (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
  integer: (text) => /^-?\d{1,10}$/.test(text) && Math.abs(Number(text)) <= 2_147_483_647,
  bigint: (text) => /^-?\d{1,18}$/.test(text),
  number: (text) => /^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/.test(text),
  boolean: (text) => text === 'true' || text === 'false',
  timestamp: isTimestamp,
  date: isDate,
};

/** Types of the parameters in SQL. */
export const SQL_TYPES: Readonly<Record<FieldType, string>> = {
  text: 'text',
  uuid: 'uuid',
  integer: 'integer',
  bigint: 'bigint',
  number: 'numeric',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  date: 'date',
};

/** Whether a text can be a value of a field. A pattern need not be one of the field's values. */
export function isValueOf(field: ListField, text: string, pattern = false): boolean {
  return FORMS[field.type](text) && (pattern || field.values === undefined || field.values.includes(text));
}

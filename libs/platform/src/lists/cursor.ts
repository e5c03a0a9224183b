import { badQuery } from './filter-grammar.js';
import type { FieldType } from './list-spec.js';
import type { OrderTerm } from './list-query.js';

/** The cursor after a row: the order and the row's values of it, as PostgreSQL writes them. */
export function formatCursor(orderText: string, values: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify([orderText, ...values])).toString('base64url');
}

/** The values of a cursor; `Rejected` with 400 when it is none, or one of another order. */
export function parseCursor(
  cursor: string,
  orderText: string,
  order: readonly OrderTerm[],
): readonly (string | null)[] {
  const content = contentOf(cursor);
  if (!Array.isArray(content)) throw badQuery('after', 'The cursor is not one of this API');
  const [text, ...values] = content as readonly unknown[];
  if (text !== orderText || values.length !== order.length)
    throw badQuery('after', 'The cursor belongs to another order');
  return values.map((value, index) => {
    const field = order[index]?.field;
    const ok =
      value === null
        ? field?.nullable === true
        : typeof value === 'string' && field !== undefined && isWritten(field.type, value);
    if (!ok) throw badQuery('after', 'The cursor is not one of this API');
    return value as string | null;
  });
}

function contentOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** As PostgreSQL writes a value of a type (`::text`). */
const WRITTEN: Readonly<Record<FieldType, RegExp>> = {
  text: /^[^\0]*$/su,
  uuid: /^[0-9a-f-]{36}$/,
  integer: /^-?\d{1,10}$/,
  bigint: /^-?\d{1,19}$/,
  number: /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/,
  boolean: /^(true|false)$/,
  timestamp: /^(\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d){0,2}( BC)?|-?infinity)$/,
  date: /^(\d{4,7}-\d\d-\d\d( BC)?|-?infinity)$/,
};

function isWritten(type: FieldType, text: string): boolean {
  return text.length <= 2_000 && WRITTEN[type].test(text);
}

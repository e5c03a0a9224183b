import { SQL_TYPES } from './field-values.js';
import type { ListField, Operator } from './list-spec.js';
import type { ListQuery, OrderTerm } from './list-query.js';

/** A piece of SQL and its parameters; every value of a request is a parameter. */
export interface SqlPiece {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Numbers the parameters of pieces that are put together. */
export class Parameters {
  readonly values: unknown[];

  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${String(this.values.length)}::${type}`;
  }
}

const COMPARISONS: Readonly<Partial<Record<Operator, string>>> = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' };

/** The filter of a list query as conditions that must all hold. */
export function filterSql({ conditions }: ListQuery, parameters: Parameters): readonly string[] {
  return conditions.map(({ column: field, operator, values: [first = '', ...rest] }) => {
    const { column } = field;
    const type = SQL_TYPES[field.type];
    switch (operator) {
      case 'isNull':
        return first === 'true' ? `${column} IS NULL` : `${column} IS NOT NULL`;
      case 'in':
        return `${column} = ANY(${parameters.add([first, ...rest], `${type}[]`)})`;
      case 'ne':
        return `${column} IS DISTINCT FROM ${parameters.add(first, type)}`;
      case 'like':
        return `${column} ILIKE ${parameters.add(likePattern(first), 'text')}`;
      case 'eq':
      case 'lt':
      case 'lte':
      case 'gt':
      case 'gte':
        return `${column} ${COMPARISONS[operator] ?? '='} ${parameters.add(first, type)}`;
    }
  });
}

/** `*` stands for any text; everything else stands for itself. */
function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}

/** `ORDER BY` of a list query; null comes last in both directions. */
export function orderSql({ order }: ListQuery): string {
  return order.map(({ field, descending }) => `(${field.column}) ${descending ? 'DESC' : 'ASC'} NULLS LAST`).join(', ');
}

/** The rows after the cursor. */
export function afterSql({ order, after }: ListQuery, parameters: Parameters): string | undefined {
  if (after === undefined) return undefined;
  if (order.every(({ field, descending }) => field.nullable !== true && descending === order[0]?.descending))
    return rowSql(order, after, parameters);
  const bound = order.map(({ field }, index) => {
    const value = after[index] ?? null;
    return value === null ? null : parameters.add(value, SQL_TYPES[field.type]);
  });
  const alternatives = order.map((term, index) => {
    const same = order.slice(0, index).map(({ field }, at) => sameSql(field, bound[at] ?? null));
    return [...same, behindSql(term, bound[index] ?? null)].join(' AND ');
  });
  return `(${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}

/** One comparison of rows, which an index serves. */
function rowSql(order: readonly OrderTerm[], after: readonly (string | null)[], parameters: Parameters): string {
  const columns = order.map(({ field }) => field.column).join(', ');
  const bound = order.map(({ field }, index) => parameters.add(after[index], SQL_TYPES[field.type])).join(', ');
  return `(${columns}) ${order[0]?.descending === true ? '<' : '>'} (${bound})`;
}

function sameSql({ column }: ListField, bound: string | null): string {
  return bound === null ? `${column} IS NULL` : `${column} = ${bound}`;
}

function behindSql({ field, descending }: OrderTerm, bound: string | null): string {
  if (bound === null) return 'false';
  const behind = `${field.column} ${descending ? '<' : '>'} ${bound}`;
  return field.nullable === true ? `(${behind} OR ${field.column} IS NULL)` : behind;
}

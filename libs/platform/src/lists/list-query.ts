import { badQuery, parseFilter, type Condition } from './filter-grammar.js';
import { parseCursor } from './cursor.js';
import { isValueOf } from './field-values.js';
import { operatorsOf, type ListField, type ListSpec } from './list-spec.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_TEXT = 4_000;
const MAX_CONDITIONS = 20;
const MAX_VALUES = 200;

/** One field of the order. The tie-breaker is always the last. */
export interface OrderTerm {
  readonly field: ListField;
  readonly descending: boolean;
}

/** A checked list query. */
export interface ListQuery {
  readonly limit: number;
  readonly count: boolean;
  readonly conditions: readonly (Condition & { readonly column: ListField })[];
  readonly order: readonly OrderTerm[];
  /** The order as text, kept in cursors so that one is not used with another order. */
  readonly orderText: string;
  /** Values of the last row seen, by order term. */
  readonly after: readonly (string | null)[] | undefined;
}

/** Checks `limit after order filter count`; `Rejected` with 400 names what is unknown. `allowed`: the route's own parameters. */
export function parseListQuery(
  query: Readonly<Record<string, unknown>>,
  spec: ListSpec,
  allowed: readonly string[] = [],
): ListQuery {
  const known = ['limit', 'after', 'order', 'filter', 'count', ...allowed];
  for (const name of Object.keys(query))
    if (!known.includes(name))
      throw badQuery(
        /^[A-Za-z]{1,64}$/.test(name) ? name : '',
        `There is no such parameter; there are ${known.join(', ')}`,
        'unknown-field',
      );
  const orderText = textOf(query, 'order') ?? spec.defaultOrder;
  const order = orderOf(orderText, spec, query['order'] !== undefined);
  const after = textOf(query, 'after');
  return {
    limit: limitOf(textOf(query, 'limit')),
    count: flagOf(textOf(query, 'count')),
    conditions: conditionsOf(textOf(query, 'filter'), spec),
    order,
    orderText,
    after: after === undefined ? undefined : parseCursor(after, orderText, order),
  };
}

function textOf(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MAX_TEXT)
    throw badQuery(name, `The parameter ${name} may be given once, and not longer than ${String(MAX_TEXT)} characters`);
  return value;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw badQuery('limit', `The limit is 1 to ${String(MAX_LIMIT)}`, 'not-allowed');
  return limit;
}

function flagOf(text: string | undefined): boolean {
  if (text !== undefined && text !== 'true' && text !== 'false')
    throw badQuery('count', 'The parameter count is true or false', 'not-allowed');
  return text === 'true';
}

function orderOf(text: string, spec: ListSpec, byClient: boolean): readonly OrderTerm[] {
  const names = text.split(',').map((term) => ({ name: term.replace(/^-/, ''), descending: term.startsWith('-') }));
  const terms = names.map(({ name, descending }, index) => {
    const field = fieldOf('order', name, spec);
    if (byClient && field.sortable !== true && name !== spec.tieBreaker)
      throw badQuery('order', `The field ${name} cannot be ordered by`, 'not-allowed');
    if (names.findIndex((one) => one.name === name) !== index)
      throw badQuery('order', `The field ${name} is named twice`);
    return { field, descending };
  });
  const tied = names.some(({ name }) => name === spec.tieBreaker);
  const last = terms.at(-1)?.descending ?? false;
  return tied ? terms : [...terms, { field: fieldOf('order', spec.tieBreaker, spec), descending: last }];
}

function conditionsOf(text: string | undefined, spec: ListSpec): ListQuery['conditions'] {
  if (text === undefined) return [];
  const conditions = parseFilter(text);
  if (conditions.length > MAX_CONDITIONS)
    throw badQuery('filter', `At most ${String(MAX_CONDITIONS)} conditions`, 'too-long');
  return conditions.map((condition) => {
    const { field: name, operator, values } = condition;
    const column = fieldOf('filter', name, spec);
    if (!operatorsOf(column).includes(operator))
      throw badQuery('filter', `The field ${name} does not take the operator ${operator}`, 'unknown-operator');
    if (values.length > MAX_VALUES)
      throw badQuery('filter', `The field ${name} takes at most ${String(MAX_VALUES)} values`, 'too-long');
    const isValue = (value: string): boolean =>
      operator === 'isNull' ? /^(true|false)$/.test(value) : isValueOf(column, value, operator === 'like');
    if (!values.every(isValue))
      throw badQuery('filter', `The field ${name} has a value that is not one of its type`, 'wrong-format');
    return { ...condition, column };
  });
}

function fieldOf(parameter: string, name: string, spec: ListSpec): ListField {
  const field = Object.hasOwn(spec.fields, name) ? spec.fields[name] : undefined;
  if (field !== undefined) return field;
  const names = Object.keys(spec.fields).join(', ');
  throw badQuery(parameter, `There is no such field; there are ${names}`, 'unknown-field');
}

/** Operators of the filter grammar. */
export const OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'isNull'] as const;
export type Operator = (typeof OPERATORS)[number];

export type FieldType = 'text' | 'uuid' | 'integer' | 'bigint' | 'number' | 'boolean' | 'timestamp' | 'date';

/** One field of a list: how clients name it, and where it is. */
export interface ListField {
  /** SQL column or expression; from code only, never from a request. */
  readonly column: string;
  readonly type: FieldType;
  /** Default: all that fit the type. */
  readonly operators?: readonly Operator[];
  /** Whether clients may order by it. Default: no. */
  readonly sortable?: boolean;
  /** Whether the column may be null. Null orders last, in both directions. Default: no. */
  readonly nullable?: boolean;
  /** The values that the field has; another one in a filter is refused. */
  readonly values?: readonly string[];
}

/** The fields of a list, its default order, and the unique not-null field that breaks ties. */
export interface ListSpec {
  readonly fields: Readonly<Record<string, ListField>>;
  /** e.g. `-openedAt`. */
  readonly defaultOrder: string;
  readonly tieBreaker: string;
}

const OPERATORS_OF_TYPE: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: OPERATORS,
  uuid: ['eq', 'ne', 'in', 'isNull'],
  integer: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'isNull'],
  bigint: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'isNull'],
  number: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'isNull'],
  boolean: ['eq', 'ne', 'isNull'],
  timestamp: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'isNull'],
  date: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'isNull'],
};

/** The operators that a field takes in filters. */
export function operatorsOf(field: ListField): readonly Operator[] {
  return field.operators ?? OPERATORS_OF_TYPE[field.type];
}

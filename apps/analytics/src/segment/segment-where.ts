/** The operators of a condition. */
export const WHERE_OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'exists'] as const;
export type WhereOperator = (typeof WHERE_OPERATORS)[number];

export type Operand = number | string | boolean | readonly (number | string)[];

/** One condition on one feature: exactly one operator. */
export type Leaf = { readonly feature: string } & { readonly [Operator in WhereOperator]?: Operand };

/** Who belongs to a segment, as clients write it. */
export type Where =
  { readonly all: readonly Where[] } | { readonly any: readonly Where[] } | { readonly not: Where } | Leaf;

export interface Condition {
  readonly feature: string;
  readonly operator: WhereOperator;
  readonly operand: Operand;
}

/** A condition and where in the predicate it stands. */
export interface PlacedCondition extends Condition {
  readonly pointer: string;
}

/** The condition of a leaf. */
export function conditionOf(leaf: Leaf): Condition {
  const operator = WHERE_OPERATORS.find((one) => leaf[one] !== undefined) ?? 'exists';
  return { feature: leaf.feature, operator, operand: leaf[operator] ?? true };
}

/** Every condition of a predicate, in the order of writing. */
export function conditionsOf(where: Where, pointer = '/where'): readonly PlacedCondition[] {
  if ('all' in where) return where.all.flatMap((part, index) => conditionsOf(part, `${pointer}/all/${String(index)}`));
  if ('any' in where) return where.any.flatMap((part, index) => conditionsOf(part, `${pointer}/any/${String(index)}`));
  if ('not' in where) return conditionsOf(where.not, `${pointer}/not`);
  return [{ ...conditionOf(where), pointer }];
}

/** Every feature that a predicate asks for, once. */
export function featuresOf(where: Where): readonly string[] {
  return [...new Set(conditionsOf(where).map(({ feature }) => feature))];
}

import type { FeatureType } from '../customer-features/feature-catalogue.js';
import { segmentFeature } from './segment-feature.js';
import { conditionOf, type Condition, type Where, type WhereOperator } from './segment-where.js';

const SQL_TYPE = { number: 'float8', text: 'text', timestamp: 'timestamptz' } as const satisfies Record<
  FeatureType,
  string
>;
const COMPARISON: Readonly<Partial<Record<WhereOperator, string>>> = {
  eq: '=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

/** The same predicate as `fulfils`, for a whole population at once. Operands become parameters, appended to `values`. */
export function whereSql(where: Where, values: unknown[]): string {
  if ('all' in where) return `(${where.all.map((part) => whereSql(part, values)).join(' AND ')})`;
  if ('any' in where) return `(${where.any.map((part) => whereSql(part, values)).join(' OR ')})`;
  if ('not' in where) return `(NOT ${whereSql(where.not, values)})`;
  return conditionSql(conditionOf(where), values);
}

function conditionSql({ feature: name, operator, operand }: Condition, values: unknown[]): string {
  const feature = segmentFeature(name);
  // A feature that went away after the segment was defined is a value that is missing.
  if (feature === undefined) return String(operator === 'ne' || (operator === 'exists' && operand === false));
  const { column, type } = feature;
  if (operator === 'exists') return `(${column} IS ${operand === true ? 'NOT NULL' : 'NULL'})`;
  values.push(operand);
  const parameter = `$${String(values.length)}::${SQL_TYPE[type]}`;
  if (operator === 'in') return `coalesce(${column} = ANY(${parameter}[]), false)`;
  if (operator === 'ne') return `(${column} IS DISTINCT FROM ${parameter})`;
  return `coalesce(${column} ${COMPARISON[operator] ?? '='} ${parameter}, false)`;
}

import { segmentFeature } from './segment-feature.js';
import {
  conditionOf,
  conditionsOf,
  type Condition,
  type Operand,
  type PlacedCondition,
  type Where,
} from './segment-where.js';

export type FeatureValue = number | string | null;

/** Values of one customer by the name that predicates use: features by field name, scores as `<model>.<value>`. */
export type FeatureValues = Readonly<Record<string, FeatureValue>>;

/** A condition with what it saw. */
export interface Outcome extends PlacedCondition {
  readonly value: FeatureValue;
  readonly holds: boolean;
}

/**
 * Whether a customer fulfils a predicate. A value that is missing fulfils no comparison; `ne` is the opposite of `eq`, so it
 * holds for a missing value too.
 */
export function fulfils(where: Where, values: FeatureValues): boolean {
  if ('all' in where) return where.all.every((part) => fulfils(part, values));
  if ('any' in where) return where.any.some((part) => fulfils(part, values));
  if ('not' in where) return !fulfils(where.not, values);
  const condition = conditionOf(where);
  return holds(condition, values[condition.feature] ?? null);
}

/** What every condition of a predicate saw, and whether it holds. */
export function outcomesOf(where: Where, values: FeatureValues): readonly Outcome[] {
  return conditionsOf(where).map((condition) => {
    const value = values[condition.feature] ?? null;
    return { ...condition, value, holds: holds(condition, value) };
  });
}

function holds({ feature, operator, operand }: Condition, value: FeatureValue): boolean {
  switch (operator) {
    case 'exists':
      return (value !== null) === operand;
    case 'in':
      return Array.isArray(operand) && operand.some((one) => order(feature, value, one as Operand) === 0);
    case 'ne':
      return order(feature, value, operand) !== 0;
    case 'eq':
      return order(feature, value, operand) === 0;
    case 'lt':
      return order(feature, value, operand) < 0;
    case 'lte':
      return order(feature, value, operand) <= 0;
    case 'gt':
      return order(feature, value, operand) > 0;
    case 'gte':
      return order(feature, value, operand) >= 0;
  }
}

/** Negative, 0 or positive as the value is less, equal or more; NaN, which fulfils nothing, when there is no value. */
function order(feature: string, value: FeatureValue, operand: Operand): number {
  if (value === null) return Number.NaN;
  if (segmentFeature(feature)?.type === 'timestamp') return Date.parse(String(value)) - Date.parse(String(operand));
  if (typeof value === 'number') return typeof operand === 'number' ? value - operand : Number.NaN;
  return value === operand ? 0 : Number.NaN;
}

import type { FeatureType } from '../customer-features/feature-catalogue.js';

const CASTS = { number: '::float8', text: '', timestamp: '::timestamptz' } as const satisfies Record<
  FeatureType,
  string
>;

/** The SQL of one value of what a model found, in a column of JSON; names come from the models, never from a request. */
export function jsonValue(column: string, name: string, type: FeatureType): string {
  return `(${column}->>'${name}')${CASTS[type]}`;
}

/** The SQL of one value of a score under an alias of `app.customer_score`. */
export function scoreColumn(alias: string, value: string, type: FeatureType): string {
  return jsonValue(`${alias}.score`, value, type);
}

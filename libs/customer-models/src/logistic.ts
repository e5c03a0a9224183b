import { ModelDataError } from './errors.js';
import type { EncodedColumn } from './feature-encoder.js';
import type { LogisticModel } from './logistic-fit.js';

export type LogisticScore = { readonly logOdds: number; readonly probability: number };

/** What one column did to a customer's log odds, against a customer with the mean of that column. */
export type Contribution = {
  readonly column: string;
  readonly value: number;
  readonly mean: number;
  /** coefficient × (value − mean), in log odds. */
  readonly contribution: number;
};

/** The same over all columns of a feature: the dummies of a category count as one reason. */
export type FeatureContribution = { readonly feature: string; readonly contribution: number };

/** Log odds and probability of the outcome for `values` in the order of the model's columns. Throws `invalid-value`. */
export function scoreLogistic(model: LogisticModel, values: readonly number[]): LogisticScore {
  checkValues(model, values);
  const logOdds = model.columns.reduce(
    (sum, { coefficient }, j) => sum + coefficient * (values[j] ?? 0),
    model.intercept,
  );
  return { logOdds, probability: 1 / (1 + Math.exp(-logOdds)) };
}

/**
 * Why a customer scores above or below the mean customer: one entry for each column, the strongest first (of equals, in
 * the order of the columns). They add up to the difference of log odds between the two. Throws `invalid-value`.
 */
export function logisticContributions(model: LogisticModel, values: readonly number[]): readonly Contribution[] {
  checkValues(model, values);
  return strongestFirst(
    model.columns.map(({ column, coefficient, mean }, j) => {
      const value = values[j] ?? 0;
      return { column, value, mean, contribution: coefficient * (value - mean) };
    }),
  );
}

/** Contributions added up by feature, the strongest first. A column that the encoding does not know is its own feature. */
export function contributionsByFeature(
  contributions: readonly Contribution[],
  encoded: readonly EncodedColumn[],
): readonly FeatureContribution[] {
  const featureOf = new Map(encoded.map(({ column, feature }) => [column, feature]));
  const sums = new Map<string, number>();
  for (const { column, contribution } of contributions) {
    const feature = featureOf.get(column) ?? column;
    sums.set(feature, (sums.get(feature) ?? 0) + contribution);
  }
  return strongestFirst([...sums].map(([feature, contribution]) => ({ feature, contribution })));
}

function strongestFirst<T extends { readonly contribution: number }>(entries: readonly T[]): readonly T[] {
  return entries.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function checkValues({ columns }: LogisticModel, values: readonly number[]): void {
  if (values.length !== columns.length) {
    throw new ModelDataError('invalid-value', `${values.length} values do not fit ${columns.length} columns`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ModelDataError('invalid-value', `column '${columns[wrong]?.column}' is ${values[wrong]}, not a number`);
  }
}

import { ModelDataError } from './errors.js';

/** What is known of one customer, by name of the feature. */
export type FeatureRow = Readonly<Record<string, number | string>>;

export type NumberFeature = { readonly kind: 'number'; readonly name: string };
/** One column for each level, 1 for customers at that level; customers at `reference` have 0 in all of them. */
export type CategoryFeature = {
  readonly kind: 'category';
  readonly name: string;
  readonly reference: string;
  readonly levels: readonly string[];
};
/** Plain JSON, to be kept with the model that was fitted on it. */
export type FeatureEncoding = { readonly features: readonly (NumberFeature | CategoryFeature)[] };

export type FeatureChoice = {
  readonly numbers?: readonly string[];
  /** Name of the feature to its reference level; null takes the most frequent level (of equals the first by code unit). */
  readonly categories?: Readonly<Record<string, string | null>>;
};

/** A regression with more dummies would take hours, and say nothing of most of them. */
export const MOST_LEVELS = 250;

export type EncodedColumn = { readonly column: string; readonly feature: string };

/**
 * Learns the levels of the chosen features: numbers as they are, categories as dummies against a reference level. Columns come
 * in the order of the choice and levels in code-unit order, whatever the order of the rows.
 * Throws `too-few-rows`, `invalid-value` (also for a feature of more than `MOST_LEVELS` levels), or `unknown-level` when nobody
 * is at the reference level.
 */
export function fitEncoding(rows: readonly FeatureRow[], choice: FeatureChoice): FeatureEncoding {
  if (rows.length === 0) throw new ModelDataError('too-few-rows', 'an encoding needs at least one row');
  const numbers = choice.numbers ?? [];
  for (const row of rows) for (const name of numbers) numberOf(row, name);
  return {
    features: [
      ...numbers.map((name) => ({ kind: 'number' as const, name })),
      ...Object.entries(choice.categories ?? {}).map(([name, reference]) => categoryOf(rows, name, reference)),
    ],
  };
}

/** The columns of `encodeRow`, in order, with the feature that each belongs to; a dummy is called `feature=level`. */
export function encodedColumns({ features }: FeatureEncoding): readonly EncodedColumn[] {
  return features.flatMap((feature) =>
    feature.kind === 'number'
      ? [{ column: feature.name, feature: feature.name }]
      : feature.levels.map((level) => ({ column: `${feature.name}=${level}`, feature: feature.name })),
  );
}

/**
 * One row as numbers. Throws `invalid-value` for a missing or non-finite number, and `unknown-level` for a level that the
 * encoding has not seen.
 */
export function encodeRow({ features }: FeatureEncoding, row: FeatureRow): readonly number[] {
  return features.flatMap((feature) => {
    if (feature.kind === 'number') return [numberOf(row, feature.name)];
    const level = levelOf(row, feature.name);
    if (level !== feature.reference && !feature.levels.includes(level)) {
      throw new ModelDataError('unknown-level', `feature '${feature.name}' has no level '${level}'`);
    }
    return feature.levels.map((candidate) => Number(candidate === level));
  });
}

function categoryOf(rows: readonly FeatureRow[], name: string, chosen: string | null): CategoryFeature {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const level = levelOf(row, name);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  if (counts.size > MOST_LEVELS) {
    const message = `feature '${name}' has ${counts.size} levels, more than ${MOST_LEVELS}: leave it out or merge some`;
    throw new ModelDataError('invalid-value', message);
  }
  const levels = [...counts.keys()].sort();
  const most = Math.max(...counts.values());
  const reference = chosen ?? levels.find((level) => counts.get(level) === most);
  if (reference === undefined || !counts.has(reference)) {
    throw new ModelDataError('unknown-level', `nobody is at the reference level '${reference}' of '${name}'`);
  }
  return { kind: 'category', name, reference, levels: levels.filter((level) => level !== reference) };
}

function numberOf(row: FeatureRow, name: string): number {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new ModelDataError('invalid-value', `feature '${name}' is ${value}, not a finite number`);
  }
  return value;
}

function levelOf(row: FeatureRow, name: string): string {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (typeof value !== 'string')
    throw new ModelDataError('invalid-value', `feature '${name}' is ${value}, not a level`);
  return value;
}

/** What kind of value a feature has, and so how it may be compared. */
export type FeatureType = 'number' | 'text' | 'timestamp';

/** One feature of a customer: its column in `featuresAt`, its type, and whether it grows by one with every day that passes. */
export interface Feature {
  readonly column: string;
  readonly type: FeatureType;
  readonly nullable: boolean;
  readonly growsDaily?: boolean;
}

/** Every feature by its public name. Amounts are in minor units of `currency`; days are differences between dates. */
export const FEATURES = {
  orders: { column: 'orders', type: 'number', nullable: false },
  occasions: { column: 'occasions', type: 'number', nullable: false },
  repeatOccasions: { column: 'repeat_occasions', type: 'number', nullable: false },
  firstAt: { column: 'first_at', type: 'timestamp', nullable: true },
  lastAt: { column: 'last_at', type: 'timestamp', nullable: true },
  recencyDays: { column: 'recency_days', type: 'number', nullable: true, growsDaily: true },
  tenureDays: { column: 'tenure_days', type: 'number', nullable: true, growsDaily: true },
  frequencySpanDays: { column: 'frequency_span_days', type: 'number', nullable: true },
  revenue: { column: 'revenue', type: 'number', nullable: false },
  meanRepeatValue: { column: 'mean_repeat_value', type: 'number', nullable: true },
  currency: { column: 'currency', type: 'text', nullable: false },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;

export const FEATURE_NAMES = Object.keys(FEATURES) as readonly FeatureName[];

/** The features of one customer. */
export type CustomerFeatures = { readonly [Name in FeatureName]: number | string | null };

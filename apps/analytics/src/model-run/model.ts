import type { Json } from '@crm/event-sourcing';
import type { FeatureType } from '../customer-features/feature-catalogue.js';

/** What a model looks at: the features of one customer with at least one purchase. */
export interface ModelCustomer {
  readonly partyId: string;
  readonly occasions: number;
  readonly repeatOccasions: number;
  readonly recencyDays: number;
  readonly tenureDays: number;
  readonly frequencySpanDays: number;
  readonly revenue: number;
}

export type Values = Readonly<Record<string, number | string>>;

/** One customer's score: values, the inputs that they come from, and the class whose change is news. */
export interface Score {
  readonly partyId: string;
  readonly values: Values;
  readonly inputs: Values;
  readonly class: string;
}

export interface Scoring {
  /** What was estimated, and how well; the same for all customers of the run. */
  readonly fit: Readonly<Record<string, Json>>;
  readonly scores: readonly Score[];
}

export type ModelParameters = Readonly<Record<string, Json>>;

/** A model that scores customers. Pure: the same customers and parameters give the same scores. */
export interface ScoringModel {
  readonly name: string;
  /** Raise it with every change of a definition. */
  readonly version: string;
  /** Its values by name, and how each may be compared. */
  readonly values: Readonly<Record<string, FeatureType>>;
  /** Parameters as asked for, with the defaults filled in; 400 names a bad one. */
  parametersOf(asked: Readonly<Record<string, unknown>>): ModelParameters;
  score(customers: readonly ModelCustomer[], parameters: ModelParameters): Scoring;
  /** Parts of the fit that explain every single score. */
  explains(fit: Readonly<Record<string, Json>>): Readonly<Record<string, Json>>;
}

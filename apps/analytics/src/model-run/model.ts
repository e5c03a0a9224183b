import type { ModelDataErrorCode } from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import type { FeatureType } from '../customer-features/feature-catalogue.js';
import type { HeldOutCustomer, ModelInputs, SourceName, TrainingRow, UsedRun } from './model-inputs.js';

export type { ModelCustomer } from './model-inputs.js';

export type Values = Readonly<Record<string, number | string>>;

/** One customer's score: values, the inputs that they come from, and the class whose change is news. */
export interface Score {
  readonly partyId: string;
  readonly values: Values;
  readonly inputs: Readonly<Record<string, Json>>;
  /** Empty: no change of this model's scores is news. */
  readonly class: string;
}

/** Something about a run that its reader should know before trusting it. */
export interface RunWarning {
  readonly code: string;
  readonly message: string;
}

export type Report = Readonly<Record<string, Json>>;

export interface Plot {
  readonly name: string;
  readonly svg: string;
}

export interface Scoring {
  /** What was estimated, and how well; the same for all customers of the run. */
  readonly fit: Readonly<Record<string, Json>>;
  /** None for a model that is not about single customers. */
  readonly scores: readonly Score[];
  /** Tables that were found, for people to read. */
  readonly report: Report;
  readonly warnings: readonly RunWarning[];
  /** Pictures; drawn after the scoring, in the same thread. */
  readonly plots?: readonly Plot[];
  /** What only the drawing needs, so that it is not computed twice; never kept. */
  readonly toDraw?: unknown;
  /** Found things that are listed: rules, products, channels; their fields are the model's `rows`. */
  readonly rows?: readonly Values[];
}

export type ModelParameters = Readonly<Record<string, Json>>;

/** What came after a time, of customers who were known by then. */
export interface Holdout {
  readonly days: number;
  readonly purchases: readonly HeldOutCustomer[];
  /** By the features that the runs were trained on. */
  readonly outcomes: readonly TrainingRow[];
}

/** How a model's runs are held against what came after them. */
export interface Foretelling {
  readonly holdout: 'purchases' | 'outcomes';
  /** How many days a run foretells. */
  daysOf(run: Pick<UsedRun, 'fit'> & { readonly parameters: ModelParameters }): number;
  /** The measures of a run on a holdout. */
  measure(fit: UsedRun['fit'], holdout: Holdout): Readonly<Record<string, number>>;
  /** The measure that decides, and which end of it is the better one. */
  readonly by: { readonly measure: string; readonly better: 'smaller' | 'larger' };
}

/** A model that scores customers, or finds something out about all of them. Pure: the same inputs and parameters give the same. */
export interface ScoringModel {
  readonly name: string;
  /** Raise it with every change of a definition. */
  readonly version: string;
  /** Where parameters choose between definitions: the version of the one that they choose. */
  versionOf?(parameters: ModelParameters): string;
  /** What beside the definition makes a run another version; default: its parameters. Named as the parameters are. */
  settingsOf?(parameters: ModelParameters, fit: Scoring['fit']): ModelParameters;
  /** What it looks at; the rest of its inputs stays empty. */
  readonly needs: readonly SourceName[];
  /** Other models whose parameters it goes on with: those of the run that holds at the time, else it fits them itself. */
  readonly builtOn?: readonly string[];
  /** Its values by name, and how each may be compared. */
  readonly values: Readonly<Record<string, FeatureType>>;
  /** The fields of the things that it lists, of a model that does. */
  readonly rows?: Readonly<Record<string, FeatureType>>;
  /** Parameters as asked for, with the defaults filled in; 400 names a bad one. */
  parametersOf(asked: Readonly<Record<string, unknown>>): ModelParameters;
  /** Throws `ModelDataError` when the data cannot carry the model, `TooMuchFound` when it says too much about them. */
  score(inputs: ModelInputs, parameters: ModelParameters): Scoring;
  /** Of a model whose runs foretell something that can be looked up later. */
  readonly foretells?: Foretelling;
  /** Parts of the fit that explain every single score. */
  explains(fit: Readonly<Record<string, Json>>): Readonly<Record<string, Json>>;
}

/** A model found more than anybody could read; `code` is the problem of the run. */
export class TooMuchFound extends Error {
  override readonly name = 'TooMuchFound';

  constructor(
    readonly code: 'too-many-rules',
    message: string,
  ) {
    super(message);
  }
}

/** The data that a run would need are not there; `code` is the problem of the run. */
export class InputsMissing extends Error {
  override readonly name = 'InputsMissing';

  constructor(readonly code: ModelDataErrorCode | 'training-set-unknown' | 'training-set-too-late') {
    super(`the inputs of the model are missing: ${code}`);
  }
}

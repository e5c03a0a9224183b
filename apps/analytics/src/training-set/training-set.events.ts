import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** What came of a customer in the horizon: nothing was bought any more, or something was. */
export type TrainingOutcome = 'churned' | 'purchased';

/**
 * What "known at the prediction time" is measured by: when a fact was true (`valid-time`), or also when it was recorded
 * (`recorded-time`). History that was imported later was recorded long after it was true.
 */
export const KNOWLEDGE_BASES = ['valid-time', 'recorded-time'] as const;
export type KnowledgeBasis = (typeof KNOWLEDGE_BASES)[number];

export type TrainingSetRequested = DomainEvent<
  'TrainingSetRequested',
  {
    readonly trainingSetId: string;
    readonly predictAt: string;
    readonly horizonDays: number;
    readonly outcome: TrainingOutcome;
    readonly features: readonly string[];
    /** Chosen from the facts when it is not asked for. */
    readonly basis?: KnowledgeBasis;
    /** With `recorded-time`; default: `predictAt`. */
    readonly knownAt?: string;
  }
>;
export type TrainingSetBuilt = DomainEvent<
  'TrainingSetBuilt',
  {
    readonly trainingSetId: string;
    readonly basis: KnowledgeBasis;
    /** Null on the basis of valid time. */
    readonly knownAt: string | null;
    readonly customers: number;
    readonly positives: number;
    /** Facts that features are made of. */
    readonly factsUsed: number;
    /** Facts that were true by then and recorded only later: left out on the basis of recorded time. */
    readonly factsLate: number;
  }
>;
/** Nobody had bought anything by then, or it could not be computed; the code says which. */
export type TrainingSetFailed = DomainEvent<
  'TrainingSetFailed',
  { readonly trainingSetId: string; readonly code: string }
>;

export type TrainingSetEvent = TrainingSetRequested | TrainingSetBuilt | TrainingSetFailed;

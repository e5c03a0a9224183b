import type { DomainEvent } from '@crm/event-sourcing';
import type { Money } from '../campaign/campaign-plan.js';
import type { ResponseKind } from './response-kinds.js';

// Names and fields are the storage format: add, never change.

/** A customer reacted, and marketing heard it. `note` is free text about a person and is sealed. */
export type ResponseReceived = DomainEvent<
  'ResponseReceived',
  {
    readonly responseId: string;
    /** The natural key, as its source knows it. */
    readonly responseRef?: string;
    readonly partyId: string;
    readonly kind: ResponseKind;
    readonly channel: string;
    readonly at: string;
    readonly source: string;
    readonly treatmentId?: string;
    readonly sourceCode?: string;
    readonly amount?: Money;
    readonly note?: string;
  }
>;

export type MatchRule = 'treatment' | 'source-code' | 'window';

/** The member that a response belongs to. */
export interface Match {
  readonly rule: MatchRule;
  readonly campaignId: string;
  readonly waveId: string;
  readonly arm: string;
  /** Of treated members. */
  readonly treatmentId?: string;
}

/** Hop 8. Comes a second time when a response that matched nobody finds its member later. */
export type ResponseRecorded = DomainEvent<
  'ResponseRecorded',
  {
    readonly responseId: string;
    readonly partyId: string;
    readonly kind: ResponseKind;
    readonly at: string;
    readonly amount?: Money;
    /** Nothing says when it was: it counts as in the window. */
    readonly undated?: boolean;
    readonly match?: Match;
    /** It came with its member, and is judged with the whole wave. */
    readonly imported?: boolean;
  }
>;

export type ResponseEvent = ResponseReceived | ResponseRecorded;

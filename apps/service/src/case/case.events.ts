import type { DomainEvent } from '@crm/event-sourcing';

export const CASE_KINDS = ['query', 'request', 'trouble', 'complaint', 'dispute'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** States of TM Forum's trouble ticket (TMF621). */
export const CASE_STATES = [
  'acknowledged',
  'in-progress',
  'pending',
  'held',
  'resolved',
  'closed',
  'rejected',
  'cancelled',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

interface Move {
  readonly caseId: string;
  readonly partyId: string;
  readonly from: CaseState;
  readonly to: CaseState;
  readonly at: string;
}

// Names and fields are the storage format: add, never edit.
export type CaseOpened = DomainEvent<
  'CaseOpened',
  {
    readonly caseId: string;
    readonly partyId: string;
    readonly kind: CaseKind;
    readonly subject: string;
    readonly priority: Priority;
    readonly channel: string;
    readonly openedAt: string;
    readonly respondBy: string;
    readonly dueAt: string;
    readonly slaVersion: number;
    readonly description?: string;
  }
>;
export type CaseAssigned = DomainEvent<
  'CaseAssigned',
  { readonly caseId: string; readonly assignee: string; readonly at: string }
>;
export type CaseProgressed = DomainEvent<'CaseProgressed', Move>;
/** Waits: for the customer (`pending`) or for ourselves and others (`held`). */
export type CaseHeld = DomainEvent<'CaseHeld', Move & { readonly reason?: string }>;
export type CaseResolved = DomainEvent<'CaseResolved', Move & { readonly resolution?: string }>;
export type CaseClosed = DomainEvent<'CaseClosed', Move & { readonly byItself?: true }>;
export type CaseReopened = DomainEvent<'CaseReopened', Move & { readonly reason?: string }>;
export type CaseCancelled = DomainEvent<'CaseCancelled', Move & { readonly reason?: string }>;
export type CaseRejected = DomainEvent<'CaseRejected', Move & { readonly reason?: string }>;

export type CaseMoved =
  CaseProgressed | CaseHeld | CaseResolved | CaseClosed | CaseReopened | CaseCancelled | CaseRejected;
export type CaseEvent = CaseOpened | CaseAssigned | CaseMoved;

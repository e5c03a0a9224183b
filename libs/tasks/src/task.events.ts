import type { DomainEvent } from '@crm/event-sourcing';

export const OUTCOMES = ['reached', 'no-answer', 'wrong-number', 'refused'] as const;
export type TaskOutcome = (typeof OUTCOMES)[number];

/** What a person can hear from a customer; opening, clicking and bouncing are heard by machines. */
export const HEARD_KINDS = ['visit', 'interested', 'declined', 'unsubscribed', 'order', 'complained'] as const;
export type HeardKind = (typeof HEARD_KINDS)[number];

export type TaskChannel = 'email' | 'call' | 'sms' | 'messenger' | 'post' | 'recorder';

/** One rule that was asked whether the party may be contacted, what it said, and the events that it went by. */
export interface PermissionReason {
  readonly rule: string;
  readonly outcome: string;
  readonly eventIds: readonly string[];
}

/** Which member of which wave is to be reached, and how. */
export interface TaskFacts {
  readonly taskId: string;
  readonly treatmentId: string;
  readonly campaignId: string;
  readonly waveId: string;
  readonly partyId: string;
  readonly arm: string;
  readonly channel: TaskChannel;
  readonly purpose: string;
  readonly offerCode: string;
  /** End of the campaign's period: nobody is contacted for it after that. */
  readonly dueAt?: string;
}

interface Moment {
  readonly taskId: string;
  readonly treatmentId: string;
  readonly partyId: string;
  readonly at: string;
}

// Names and fields are the storage format: add, never edit.
export type TaskAssigned = DomainEvent<'TaskAssigned', TaskFacts & { readonly assignedAt: string }>;
/** One person claimed it; nothing about the customer was shown yet. */
export type TaskStarted = DomainEvent<'TaskStarted', Moment & { readonly by: string }>;
/** The contact was permitted: from here on the person may know how to reach the customer. */
export type TaskPermitted = DomainEvent<'TaskPermitted', Moment & { readonly by: string }>;
/** Not now: open again for anybody, from `until` on. */
export type TaskPostponed = DomainEvent<'TaskPostponed', Moment & { readonly until: string }>;
export type TaskDenied = DomainEvent<'TaskDenied', Moment & { readonly reasons: readonly PermissionReason[] }>;
export type TaskReached = DomainEvent<'TaskReached', Moment & { readonly by: string }>;
/** Nobody answered: open again, after `tries` tries. */
export type TaskReturned = DomainEvent<'TaskReturned', Moment & { readonly by: string; readonly tries: number }>;
export type TaskGivenUp = DomainEvent<'TaskGivenUp', Moment & { readonly reason: string; readonly by?: string }>;
/** The campaign ended while somebody was at it: it will not be open again. */
export type TaskWithdrawn = DomainEvent<'TaskWithdrawn', Moment & { readonly reason: string }>;
export type TaskCancelled = DomainEvent<'TaskCancelled', Moment & { readonly reason: string }>;
export type TaskResponseReceived = DomainEvent<
  'TaskResponseReceived',
  Moment & {
    readonly responseId: string;
    readonly kind: HeardKind;
    readonly channel: TaskChannel;
    readonly source: string;
    readonly note?: string;
  }
>;

export type TaskEvent =
  | TaskAssigned
  | TaskStarted
  | TaskPermitted
  | TaskPostponed
  | TaskDenied
  | TaskReached
  | TaskReturned
  | TaskGivenUp
  | TaskWithdrawn
  | TaskCancelled
  | TaskResponseReceived;

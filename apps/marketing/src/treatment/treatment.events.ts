import type { DomainEvent } from '@crm/event-sourcing';
import type { CampaignChannel, Department } from '../campaign/campaign-plan.js';

// Names and fields are the storage format: add, never change.

/** Which member of which wave is treated how. */
export interface TreatmentIdentity {
  readonly treatmentId: string;
  readonly campaignId: string;
  readonly waveId: string;
  readonly partyId: string;
  readonly arm: string;
  readonly channel: CampaignChannel;
  readonly purpose: string;
}

/** What one rule of contact permission said, and the events that it went by. */
export interface PermissionReason {
  readonly rule: string;
  readonly outcome: string;
  readonly eventIds: readonly string[];
}

export type TreatmentAssigned = DomainEvent<
  'TreatmentAssigned',
  TreatmentIdentity & {
    readonly assignTo?: Department;
    readonly offerCode: string;
    readonly at: string;
    readonly presentBy?: string;
    /** The chunk of the wave that holds the member. */
    readonly chunk: number;
    /** The past moment at which everything about this treatment is evaluated. */
    readonly replayedAt?: string;
  }
>;
/** The contact is permitted later. */
export type TreatmentPostponed = DomainEvent<
  'TreatmentPostponed',
  { readonly treatmentId: string; readonly until: string; readonly reasons: readonly PermissionReason[] }
>;
/** Stored before anything leaves the process; `attemptedAt` is the real clock, `at` business time. */
export type TreatmentAttempted = DomainEvent<
  'TreatmentAttempted',
  {
    readonly treatmentId: string;
    readonly at: string;
    readonly attemptedAt: string;
    readonly reasons: readonly PermissionReason[];
  }
>;
export type TreatmentPresented = DomainEvent<
  'TreatmentPresented',
  TreatmentIdentity & { readonly at: string; readonly taskId?: string }
>;
export type TreatmentSkipped = DomainEvent<
  'TreatmentSkipped',
  TreatmentIdentity & { readonly at: string; readonly reason: string; readonly reasons: readonly PermissionReason[] }
>;
export type TreatmentUndetermined = DomainEvent<'TreatmentUndetermined', TreatmentIdentity & { readonly at: string }>;

export type TreatmentEvent =
  | TreatmentAssigned
  | TreatmentPostponed
  | TreatmentAttempted
  | TreatmentPresented
  | TreatmentSkipped
  | TreatmentUndetermined;

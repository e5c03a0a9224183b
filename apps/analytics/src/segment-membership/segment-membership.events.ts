import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** What made a membership change. */
export type MembershipCause = 'segment-defined' | 'purchases-changed' | 'scores-changed' | 'time-passed';

interface Move {
  readonly segmentId: string;
  readonly partyId: string;
  readonly at: string;
  readonly reason: MembershipCause;
  /** The values that the predicate saw, and the runs that scores among them come from. */
  readonly evidence: {
    readonly values: Readonly<Record<string, number | string | null>>;
    readonly runIds: readonly string[];
  };
}

export type SegmentEntered = DomainEvent<'SegmentEntered', Move>;
export type SegmentLeft = DomainEvent<'SegmentLeft', Move>;

export type SegmentMembershipEvent = SegmentEntered | SegmentLeft;

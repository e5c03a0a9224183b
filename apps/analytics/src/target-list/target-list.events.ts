import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

interface List {
  readonly targetListId: string;
  readonly loopId: string;
  readonly campaignId: string;
  readonly asOf: string;
}

/** The values that put a member on the list, and the runs that they come from. */
export interface MemberEvidence {
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
  readonly runIds: readonly string[];
}

export interface ListMember {
  readonly partyId: string;
  readonly rank: number;
  readonly evidence: MemberEvidence;
}

export type TargetListDefined = DomainEvent<
  'TargetListDefined',
  List & {
    readonly segmentId: string;
    readonly refreshId: string;
    readonly runIds: readonly string[];
    readonly limit?: number;
    readonly orderBy?: string;
  }
>;
/** Nothing can be built on the mart that the list refers to. */
export type TargetListRefused = DomainEvent<
  'TargetListRefused',
  { readonly targetListId: string; readonly code: string }
>;
export type TargetListFrozen = DomainEvent<
  'TargetListFrozen',
  List & {
    readonly selected: number;
    readonly suppressed: Readonly<Record<string, number>>;
    readonly frozen: number;
    readonly contentHash: string;
  }
>;
export type TargetListDelivered = DomainEvent<
  'TargetListDelivered',
  List & { readonly chunks: number; readonly members: number }
>;
export type TargetListChunkAcknowledged = DomainEvent<
  'TargetListChunkAcknowledged',
  {
    readonly targetListId: string;
    readonly chunk: number;
    readonly accepted: number;
    readonly rejected: Readonly<Record<string, number>>;
  }
>;
export type TargetListAcknowledged = DomainEvent<
  'TargetListAcknowledged',
  {
    readonly targetListId: string;
    readonly accepted: number;
    readonly rejected: number;
    readonly control: number;
    readonly arms: Readonly<Record<string, number>>;
  }
>;

export type TargetListEvent =
  | TargetListDefined
  | TargetListRefused
  | TargetListFrozen
  | TargetListDelivered
  | TargetListChunkAcknowledged
  | TargetListAcknowledged;

/** Up to 500 members in order of rank: a stream of its own in the lane of its list. */
export type TargetListChunkDelivered = DomainEvent<
  'TargetListChunkDelivered',
  List & { readonly chunk: number; readonly members: readonly ListMember[] }
>;

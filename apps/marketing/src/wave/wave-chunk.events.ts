import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never change.

export type WaveOrigin = 'delivered' | 'elsewhere';

/** The feature values that put a member on its list, as analytics saw them. */
export interface MemberEvidence {
  readonly values: Readonly<Record<string, number | string | boolean | null>>;
  readonly runIds: readonly string[];
  readonly eventIds?: readonly string[];
}

/** A response that was reported with an imported member. Without `at` it counts as in the window. */
export interface ImportedResponse {
  readonly kind: string;
  readonly at?: string;
  readonly amountMinor?: number;
}

export interface AcceptedMember {
  readonly partyId: string;
  readonly arm: string;
  readonly rank?: number;
  /** Where the hash of the draw fell; absent where the arm came with the import. */
  readonly drawn?: number;
  readonly evidence?: MemberEvidence;
  readonly presentedAt?: string;
  readonly responses?: readonly ImportedResponse[];
}

export interface RejectedMember {
  readonly partyId: string;
  readonly reason: string;
}

/** Up to 500 members of a wave. A stream of its own, so that a wave of any size is stored without reading what was stored before. */
export type WaveChunkLoaded = DomainEvent<
  'WaveChunkLoaded',
  {
    readonly waveId: string;
    readonly campaignId: string;
    readonly chunk: number;
    readonly origin: WaveOrigin;
    readonly accepted: readonly AcceptedMember[];
    readonly rejected: readonly RejectedMember[];
    /** Name of an imported wave in the system that carried it out. */
    readonly waveRef?: string;
    /** When the import came, for members of whom nothing says when they were reached. */
    readonly importedAt?: string;
  }
>;

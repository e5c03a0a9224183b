import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** Somebody read a version of a result; the viewer is a keyed hash. */
export type CampaignResultViewed = DomainEvent<
  'CampaignResultViewed',
  {
    readonly campaignId: string;
    readonly version: number;
    readonly viewer: string;
    readonly loopIds: readonly string[];
  }
>;

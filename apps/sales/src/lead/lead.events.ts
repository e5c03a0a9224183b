import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.
export type LeadOpened = DomainEvent<
  'LeadOpened',
  {
    readonly leadId: string;
    readonly partyId: string;
    readonly source: string;
    readonly openedAt: string;
    readonly responseId?: string;
    readonly interest?: string;
    readonly ownerId?: string;
  }
>;
export type LeadTakenUp = DomainEvent<
  'LeadTakenUp',
  { readonly leadId: string; readonly ownerId: string; readonly at: string }
>;
export type LeadQualified = DomainEvent<
  'LeadQualified',
  { readonly leadId: string; readonly partyId: string; readonly at: string }
>;
export type LeadConverted = DomainEvent<
  'LeadConverted',
  {
    readonly leadId: string;
    readonly partyId: string;
    readonly opportunityId: string;
    readonly at: string;
    /** What is known of the opportunity beyond the lead. */
    readonly name?: string;
    readonly amount?: { readonly amountMinor: number; readonly currency: string };
    readonly expectedCloseAt?: string;
  }
>;
/** `reason` is a code; what somebody wrote instead stays in `note`. */
export type LeadDisqualified = DomainEvent<
  'LeadDisqualified',
  {
    readonly leadId: string;
    readonly partyId: string;
    readonly reason: string;
    readonly at: string;
    readonly note?: string;
  }
>;

export type LeadEvent = LeadOpened | LeadTakenUp | LeadQualified | LeadConverted | LeadDisqualified;

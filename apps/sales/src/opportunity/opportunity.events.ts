import type { DomainEvent } from '@crm/event-sourcing';

export const STAGES = ['qualification', 'needs-analysis', 'proposal', 'negotiation', 'won', 'lost'] as const;
export type Stage = (typeof STAGES)[number];

// Names and fields are the storage format: add, never edit.
export type OpportunityOpened = DomainEvent<
  'OpportunityOpened',
  {
    readonly opportunityId: string;
    readonly partyId: string;
    readonly stage: Stage;
    readonly probability: number;
    readonly openedAt: string;
    readonly name?: string;
    readonly amount?: { readonly amountMinor: number; readonly currency: string };
    readonly expectedCloseAt?: string;
    readonly leadId?: string;
    readonly ownerId?: string;
  }
>;
export type OpportunityStageMoved = DomainEvent<
  'OpportunityStageMoved',
  {
    readonly opportunityId: string;
    readonly partyId: string;
    readonly from: Stage;
    readonly to: Stage;
    readonly probability: number;
    readonly at: string;
    readonly reason?: string;
  }
>;

export type OpportunityEvent = OpportunityOpened | OpportunityStageMoved;

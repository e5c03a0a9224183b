import type { Aggregate } from '@crm/event-sourcing';
import type { LeadConverted, LeadEvent } from './lead.events.js';

export const LEAD_STATES = ['new', 'working', 'qualified', 'converted', 'disqualified'] as const;
export type LeadState = (typeof LEAD_STATES)[number];

export type Lead =
  | { readonly status: 'none' }
  | {
      readonly status: LeadState;
      readonly leadId: string;
      readonly partyId: string;
      readonly interest?: string | null;
      readonly ownerId?: string;
      readonly opportunityId?: string;
      readonly expected?: Expectation;
    };

/** What the opportunity of a lead is expected to be; a name that was erased is null. */
export type Expectation = Pick<LeadConverted['data'], 'amount' | 'expectedCloseAt'> & { readonly name?: string | null };

/** Interest that may become a sale; it is converted once, and never back. */
export const leadAggregate: Aggregate<Lead, LeadEvent> = {
  category: 'lead',
  initial: { status: 'none' },
  personal: { LeadOpened: ['interest'], LeadConverted: ['name'], LeadDisqualified: ['note'] },
  evolve(state, event) {
    if (event.type === 'LeadOpened') {
      const { leadId, partyId, interest, ownerId } = event.data;
      return {
        status: 'new',
        leadId,
        partyId,
        ...(interest === undefined ? {} : { interest }),
        ...(ownerId === undefined ? {} : { ownerId }),
      };
    }
    if (state.status === 'none') return state;
    switch (event.type) {
      case 'LeadTakenUp':
        return { ...state, status: 'working', ownerId: event.data.ownerId };
      case 'LeadQualified':
        return { ...state, status: 'qualified' };
      case 'LeadConverted':
        const { leadId, partyId, opportunityId, at, ...expected } = event.data;
        return { ...state, status: 'converted', opportunityId, expected };
      case 'LeadDisqualified':
        return { ...state, status: 'disqualified' };
    }
  },
};

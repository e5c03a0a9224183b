import type { Aggregate } from '@crm/event-sourcing';
import type { OpportunityEvent, Stage } from './opportunity.events.js';

export type Opportunity =
  | { readonly stage: 'none' }
  | {
      readonly stage: Stage;
      readonly opportunityId: string;
      readonly partyId: string;
      /** The stage before it was lost: where it may go on. */
      readonly lostFrom?: Stage;
    };

/** A possible sale on its way through the pipeline. */
export const opportunityAggregate: Aggregate<Opportunity, OpportunityEvent> = {
  category: 'opportunity',
  initial: { stage: 'none' },
  personal: { OpportunityOpened: ['name'], OpportunityStageMoved: ['reason'] },
  evolve(state, event) {
    const { opportunityId, partyId } = event.data;
    switch (event.type) {
      case 'OpportunityOpened':
        return { stage: event.data.stage, opportunityId, partyId };
      case 'OpportunityStageMoved': {
        const { from, to } = event.data;
        return { stage: to, opportunityId, partyId, ...(to === 'lost' ? { lostFrom: from } : {}) };
      }
    }
  },
};

import { OpportunityOpenedV1, OpportunityStageMovedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { OpportunityEvent } from './opportunity.events.js';

export function publishOpportunity(event: RecordedEvent<OpportunityEvent>): PublicEvent {
  switch (event.type) {
    case 'OpportunityOpened': {
      const { opportunityId, partyId, stage, amount, leadId } = event.data;
      const more = { ...(amount === undefined ? {} : { amount }), ...(leadId === undefined ? {} : { leadId }) };
      return publicEvent(OpportunityOpenedV1, { opportunityId, partyId, stage, ...more });
    }
    case 'OpportunityStageMoved': {
      const { opportunityId, partyId, from, to, probability } = event.data;
      return publicEvent(OpportunityStageMovedV1, { opportunityId, partyId, from, to, probability });
    }
  }
}

import {
  LeadConvertedV1,
  LeadDisqualifiedV1,
  LeadOpenedV1,
  LeadQualifiedV1,
  publicEvent,
  type PublicEvent,
} from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { LeadEvent } from './lead.events.js';

export function publishLead(event: RecordedEvent<LeadEvent>): PublicEvent | undefined {
  switch (event.type) {
    case 'LeadOpened': {
      const { leadId, partyId, source, responseId } = event.data;
      return publicEvent(LeadOpenedV1, {
        leadId,
        partyId,
        source,
        ...(responseId === undefined ? {} : { responseId }),
      });
    }
    case 'LeadQualified':
      return publicEvent(LeadQualifiedV1, { leadId: event.data.leadId, partyId: event.data.partyId });
    case 'LeadConverted': {
      const { leadId, partyId, opportunityId } = event.data;
      return publicEvent(LeadConvertedV1, { leadId, partyId, opportunityId });
    }
    case 'LeadDisqualified': {
      const { leadId, partyId, reason } = event.data;
      return publicEvent(LeadDisqualifiedV1, { leadId, partyId, reason });
    }
    case 'LeadTakenUp':
      return undefined;
  }
}

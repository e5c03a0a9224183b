import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import type { LeadConverted } from '../lead/lead.events.js';
import { openFromLead } from '../opportunity/open-from-lead.js';

/** Completes a conversion whose process ended between the lead and its opportunity. */
export function openOpportunityOfLead(context: ServiceContext): Reactor<LeadConverted> {
  return {
    name: 'open-opportunity-of-lead',
    sources: [{ service: 'sales', types: ['LeadConverted'] }],
    react: (event) => openFromLead(context, event.data.leadId),
  };
}

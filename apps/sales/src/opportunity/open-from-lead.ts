import type { ServiceContext } from '@crm/platform';
import { opportunityOf } from '../lead/lead.decider.js';
import { leadAggregate } from '../lead/lead.js';
import { openOpportunity } from './opportunity.decider.js';
import { opportunityAggregate } from './opportunity.js';

/** The opportunity of a converted lead; changes nothing when it is there. */
export async function openFromLead({ store, clock }: ServiceContext, leadId: string): Promise<void> {
  const { state: lead } = await store.read(leadAggregate, leadId);
  if (lead.status !== 'converted') return;
  const { partyId, interest, ownerId } = lead;
  const opportunityId = opportunityOf(leadId);
  const more = {
    ...(typeof interest === 'string' ? { name: interest } : {}),
    ...(ownerId === undefined ? {} : { ownerId }),
  };
  const opportunity = { opportunityId, partyId, leadId, openedAt: new Date(clock()).toISOString(), ...more };
  await store.transact(opportunityAggregate, opportunityId, openOpportunity(opportunity), { key: partyId });
}

import type { ServiceContext } from '@crm/platform';
import { opportunityOf } from '../lead/lead.decider.js';
import { leadAggregate } from '../lead/lead.js';
import { openOpportunity } from './opportunity.decider.js';
import { opportunityAggregate } from './opportunity.js';

/** The opportunity of a converted lead; changes nothing when it is there. */
export async function openFromLead({ store, clock }: ServiceContext, leadId: string): Promise<void> {
  const { state: lead } = await store.read(leadAggregate, leadId);
  if (lead.status !== 'converted') return;
  const { partyId, interest, ownerId, expected = {} } = lead;
  const { name, ...terms } = expected;
  const opportunityId = opportunityOf(leadId);
  const more = {
    ...terms,
    // One has to call it something, and the number says nothing about the person.
    name: name ?? interest ?? `Lead ${leadId.slice(0, 8)}`,
    ...(ownerId === undefined ? {} : { ownerId }),
  };
  const opportunity = { opportunityId, partyId, leadId, openedAt: new Date(clock()).toISOString(), ...more };
  await store.transact(opportunityAggregate, opportunityId, openOpportunity(opportunity), { key: partyId });
}

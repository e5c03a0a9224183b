import type { Committed, EventStore } from '@crm/event-sourcing';
import { unlessErased } from '../unless-erased.js';
import type { TreatmentEvent, TreatmentIdentity } from './treatment.events.js';
import { treatmentAggregate, type Treatment } from './treatment.js';

/** Carries out a decision on a treatment; undefined when its party was erased. */
export function decideTreatment(
  store: EventStore,
  { treatmentId, partyId }: Pick<TreatmentIdentity, 'treatmentId' | 'partyId'>,
  decision: (state: Treatment) => readonly TreatmentEvent[],
): Promise<Committed<TreatmentEvent> | undefined> {
  return unlessErased(store.transact(treatmentAggregate, treatmentId, decision, { key: partyId }));
}

import { deriveId, type EventStore } from '@crm/event-sourcing';
import type { PartyRegistered } from '../party/party.events.js';
import { stateConsents } from './contact-ledger.decider.js';
import { contactLedgerAggregate, contactLedgerId } from './contact-ledger.js';

/** Keeps the consents of a registration, once: both the command and the reactor that completes it come here. */
export async function recordStatedConsents(
  store: EventStore,
  partyId: string,
  { consents, registeredAt }: PartyRegistered['data'],
): Promise<void> {
  if (consents.length === 0) return;
  const statements = consents.map(({ occurredAt = registeredAt, ...consent }) => ({
    ...consent,
    source: 'registration',
    at: occurredAt,
  }));
  await store.transact(contactLedgerAggregate, contactLedgerId(partyId), stateConsents(statements), {
    key: partyId,
    commandId: deriveId('command', 'consents-of-registration', partyId),
  });
}

import { ConsentChangedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { ConsentDenied, ConsentGranted, ContactLedgerEvent } from './contact-ledger.events.js';

/** Consents are for everybody; slots and contacts are this service's own account of what others publish. */
export function publishContactLedger(event: RecordedEvent<ContactLedgerEvent>): PublicEvent | undefined {
  switch (event.type) {
    case 'ConsentGranted':
      return consentChanged(event, 'granted');
    case 'ConsentDenied':
      return consentChanged(event, 'denied');
    case 'ContactReserved':
    case 'ReservationFreed':
    case 'ContactRecorded':
      return undefined;
  }
}

function consentChanged(
  { key, data }: RecordedEvent<ConsentGranted | ConsentDenied>,
  state: 'granted' | 'denied',
): PublicEvent {
  const { purpose, channel, source } = data;
  return publicEvent(ConsentChangedV1, { partyId: key, purpose, channel, state, source });
}

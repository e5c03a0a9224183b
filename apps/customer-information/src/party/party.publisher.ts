import { PartyChangedV1, PartyRegisteredV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { PartyEvent } from './party.events.js';

/** Who the party is never leaves this service: others learn that it is known and which fields changed. */
export function publishParty(event: RecordedEvent<PartyEvent>): PublicEvent {
  const changed = (field: string): PublicEvent => publicEvent(PartyChangedV1, { partyId: event.key, fields: [field] });
  switch (event.type) {
    case 'PartyRegistered': {
      const { kind, registeredAt } = event.data;
      return publicEvent(PartyRegisteredV1, { partyId: event.key, kind, registeredAt });
    }
    case 'PartyRenamed':
      return changed('name');
    case 'PartyContactPointsChanged':
      return changed('contactPoints');
    case 'PartyTimeZoneChanged':
      return changed('timeZone');
    case 'PartyLocaleChanged':
      return changed('locale');
    case 'PartyBirthDateCorrected':
      return changed('birthDate');
  }
}

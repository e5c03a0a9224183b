import type { Aggregate } from '@crm/event-sourcing';
import type { ContactPoint, PartyEvent, PartyName, PartyProfile, PartyRegistered } from './party.events.js';

/** Personal values are null once the party was erased. */
export interface RegisteredParty {
  readonly status: 'registered';
  readonly kind: PartyProfile['kind'];
  readonly name: PartyName | null;
  readonly contactPoints: readonly ContactPoint[] | null;
  readonly timeZone: string | null;
  readonly locale: string | null;
  readonly birthDate: string | null;
  readonly partyRef: string | null;
  readonly registeredAt: string;
  /** As it was registered, whatever changed since: the same registration again is a duplicate for ever. */
  readonly registration: PartyProfile;
}

export type Party = { readonly status: 'unknown' } | RegisteredParty;

export const partyAggregate: Aggregate<Party, PartyEvent> = {
  category: 'party',
  initial: { status: 'unknown' },
  personal: {
    PartyRegistered: ['name', 'contactPoints', 'birthDate', 'partyRef'],
    PartyRenamed: ['name'],
    PartyContactPointsChanged: ['contactPoints'],
    PartyBirthDateCorrected: ['birthDate'],
  },
  evolve(party, event) {
    if (event.type === 'PartyRegistered') return registered(event.data);
    if (party.status === 'unknown') return party;
    switch (event.type) {
      case 'PartyRenamed':
        return { ...party, name: event.data.name };
      case 'PartyContactPointsChanged':
        return { ...party, contactPoints: event.data.contactPoints };
      case 'PartyTimeZoneChanged':
        return { ...party, timeZone: event.data.timeZone };
      case 'PartyLocaleChanged':
        return { ...party, locale: event.data.locale };
      case 'PartyBirthDateCorrected':
        return { ...party, birthDate: event.data.birthDate };
    }
  },
};

function registered({ registeredAt, ...registration }: PartyRegistered['data']): RegisteredParty {
  const { kind, name, contactPoints, timeZone = null, locale = null, birthDate = null, partyRef = null } = registration;
  return {
    status: 'registered',
    kind,
    name,
    contactPoints,
    timeZone,
    locale,
    birthDate,
    partyRef,
    registeredAt,
    registration,
  };
}

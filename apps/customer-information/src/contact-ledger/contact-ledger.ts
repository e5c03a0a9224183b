import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ContactLedgerEvent } from './contact-ledger.events.js';

/** The rule that forbids a contact, and the reason that it is skipped for, when it has been made before. */
export const ALREADY_CONTACTED = 'already-contacted';

/** Facts keep the version of the stream at which they were recorded: it names the event that a decision went by. */
export interface ConsentFact {
  readonly purpose: string;
  readonly channel: string;
  readonly state: 'granted' | 'denied';
  readonly source: string;
  readonly at: string;
  readonly version: number;
}

export interface Reservation {
  readonly key: string;
  readonly channel: string;
  readonly purpose: string;
  readonly at: string;
  readonly treatmentId?: string;
  readonly version: number;
}

export interface Contact {
  readonly key: string;
  readonly channel: string;
  readonly at: string;
  readonly certainty: 'certain' | 'undetermined';
  /** Known of what was presented, or may have been; a call by itself has none, and need not have presented anything. */
  readonly purpose?: string;
  readonly version: number;
}

export interface ContactLedger {
  readonly version: number;
  readonly consents: readonly ConsentFact[];
  /** Open ones: their contact has neither happened nor been ruled out. */
  readonly reservations: readonly Reservation[];
  readonly contacts: readonly Contact[];
}

export const contactLedgerAggregate: Aggregate<ContactLedger, ContactLedgerEvent> = {
  category: 'contact-ledger',
  stateVersion: 1,
  initial: { version: 0, consents: [], reservations: [], contacts: [] },
  evolve(ledger, event) {
    const version = ledger.version + 1;
    switch (event.type) {
      case 'ConsentGranted':
        return { ...ledger, version, consents: [...ledger.consents, { ...event.data, state: 'granted', version }] };
      case 'ConsentDenied':
        return { ...ledger, version, consents: [...ledger.consents, { ...event.data, state: 'denied', version }] };
      case 'ContactReserved': {
        const { reservationKey: key, ...rest } = event.data;
        return { ...ledger, version, reservations: [...ledger.reservations, { key, ...rest, version }] };
      }
      case 'ReservationFreed':
        return { ...without(ledger, event.data.reservationKey), version };
      case 'ContactRecorded': {
        const { contactKey: key, ...rest } = event.data;
        const settled = without(ledger, key);
        return { ...settled, version, contacts: [...settled.contacts, { key, ...rest, version }] };
      }
    }
  },
};

/** The stream of a party's ledger. */
export function contactLedgerId(partyId: string): string {
  return deriveId('contact-ledger', partyId);
}

/** Whether a slot is the one of this treatment or reservation. */
export function isSlotOf(key: string): (slot: { readonly key: string; readonly treatmentId?: string }) => boolean {
  return (slot) => slot.key === key || slot.treatmentId === key;
}

function without(ledger: ContactLedger, key: string): ContactLedger {
  const isSlot = isSlotOf(key);
  return {
    ...ledger,
    reservations: ledger.reservations.filter((slot) => !isSlot(slot)),
    contacts: ledger.contacts.filter((slot) => !isSlot(slot)),
  };
}

import { ANY, consentAt } from './consents.js';
import type { ConsentDenied, ConsentGranted, ContactLedgerEvent, ContactRecorded } from './contact-ledger.events.js';
import { ALREADY_CONTACTED, isSlotOf, type ContactLedger } from './contact-ledger.js';

/** What somebody said about being contacted. */
export interface ConsentStatement {
  readonly purpose: string;
  readonly channel: string;
  readonly state: 'granted' | 'denied';
  readonly source: string;
  readonly at: string;
}

/** Keeps statements; one that holds already at its time, from the same source, changes nothing. */
export const stateConsents =
  (statements: readonly ConsentStatement[]) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] =>
    statements.filter((statement) => isNews(ledger, statement)).map(consentEvent);

/** What is said now holds from now on, also against what a clock that was ahead has dated later. */
export const stateConsentNow =
  (statement: Omit<ConsentStatement, 'at'>, now: string) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    const last = ledger.consents
      .filter(({ purpose, channel }) => purpose === statement.purpose && channel === statement.channel)
      .map(({ at }) => at)
      .sort()
      .at(-1);
    const statements = [{ ...statement, at: now }];
    if (last !== undefined && last >= now)
      statements.push({ ...statement, at: new Date(Date.parse(last) + 1).toISOString() });
    return stateConsents(statements)(ledger);
  };

/** Takes a slot for a permitted contact, unless this very contact has one already. */
export const reserveContact =
  (reservation: {
    readonly key: string;
    readonly channel: string;
    readonly purpose: string;
    readonly at: string;
    readonly treatmentId?: string;
  }) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    if (holdsSlot(ledger, reservation.key)) return [];
    const { key: reservationKey, ...rest } = reservation;
    return [{ type: 'ContactReserved', occurredAt: reservation.at, data: { reservationKey, ...rest } }];
  };

/** A contact settles its reservation, once. It becomes certain and gets its purpose when these are known, and loses neither. */
export const recordContact =
  (contact: ContactRecorded['data']) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    const known = ledger.contacts.find(isSlotOf(contact.contactKey));
    const certainty = known?.certainty === 'certain' ? 'certain' : contact.certainty;
    const purpose = contact.purpose ?? known?.purpose;
    if (known?.certainty === certainty && known.purpose === purpose) return [];
    const data = { ...contact, certainty, ...(purpose === undefined ? {} : { purpose }) };
    return [{ type: 'ContactRecorded', occurredAt: contact.at, data }];
  };

/** A task that reached the party settles its reservation, which knows the channel; without one there is nothing to settle. */
export const settleReached =
  (treatmentId: string, at: string) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    const slot = ledger.reservations.find(isSlotOf(treatmentId));
    if (slot === undefined) return [];
    const { channel, purpose } = slot;
    return recordContact({ contactKey: treatmentId, channel, purpose, at, certainty: 'certain' })(ledger);
  };

/** Gives the slot back of a contact that did not happen. One that certainly happened stays, and so does one that was not made again. */
export const freeReservation =
  (key: string, reason: string, at: string) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    if (reason === ALREADY_CONTACTED) return [];
    const isSlot = isSlotOf(key);
    const open = ledger.reservations.some(isSlot);
    const undetermined = ledger.contacts.some((contact) => isSlot(contact) && contact.certainty === 'undetermined');
    if (!open && !undetermined) return [];
    return [{ type: 'ReservationFreed', occurredAt: at, data: { reservationKey: key, reason } }];
  };

/** Who unsubscribes or complains is not contacted again for that purpose on that channel; when neither is known, not at all. */
export const withdrawConsent =
  (withdrawal: { readonly treatmentId?: string; readonly source: string; readonly at: string }) =>
  (ledger: ContactLedger): readonly ContactLedgerEvent[] => {
    const { treatmentId, source, at } = withdrawal;
    const slots = treatmentId === undefined ? [] : [...ledger.contacts, ...ledger.reservations];
    const { purpose = ANY, channel = ANY } = slots.find(isSlotOf(treatmentId ?? '')) ?? {};
    return stateConsents([{ purpose, channel, state: 'denied', source, at }])(ledger);
  };

/** Whether a contact has its slot: reserved, or used. */
export function holdsSlot(ledger: ContactLedger, key: string): boolean {
  return ledger.reservations.some(isSlotOf(key)) || ledger.contacts.some(isSlotOf(key));
}

function isNews(ledger: ContactLedger, { purpose, channel, state, source, at }: ConsentStatement): boolean {
  const held = consentAt(ledger.consents, purpose, channel, at);
  return held?.state !== state || held.source !== source;
}

function consentEvent({ state, ...data }: ConsentStatement): ConsentGranted | ConsentDenied {
  return { type: state === 'granted' ? 'ConsentGranted' : 'ConsentDenied', occurredAt: data.at, data };
}

import type { DomainEvent } from '@crm/event-sourcing';

// Types and fields are the storage format: add, never change. One stream per party; the partition key is the party id.

interface Consent {
  readonly purpose: string;
  readonly channel: string;
  readonly source: string;
  /** Valid from then on. */
  readonly at: string;
}

export type ConsentGranted = DomainEvent<'ConsentGranted', Consent>;
export type ConsentDenied = DomainEvent<'ConsentDenied', Consent>;

/** A slot is taken for a contact that is about to happen. Only its outcome frees it or turns it into a contact, never time. */
export type ContactReserved = DomainEvent<
  'ContactReserved',
  {
    readonly reservationKey: string;
    readonly channel: string;
    readonly purpose: string;
    readonly at: string;
    readonly treatmentId?: string;
  }
>;

/** The contact certainly did not happen. */
export type ReservationFreed = DomainEvent<
  'ReservationFreed',
  { readonly reservationKey: string; readonly reason: string }
>;

/** We contacted the party, or may have. The key is the treatment, else the interaction. */
export type ContactRecorded = DomainEvent<
  'ContactRecorded',
  {
    readonly contactKey: string;
    readonly channel: string;
    readonly at: string;
    readonly certainty: 'certain' | 'undetermined';
    readonly purpose?: string;
  }
>;

export type ContactLedgerEvent = ConsentGranted | ConsentDenied | ContactReserved | ReservationFreed | ContactRecorded;

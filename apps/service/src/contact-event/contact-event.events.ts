import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.
/** A call-center system's event id is taken, by content that the fingerprint of this event tells. The content is in the interaction. */
export type ContactEventRegistered = DomainEvent<
  'ContactEventRegistered',
  { readonly source: string; readonly vendorEventId: string; readonly interactionId: string }
>;

export type ContactEventEvent = ContactEventRegistered;

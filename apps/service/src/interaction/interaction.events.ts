import type { DomainEvent } from '@crm/event-sourcing';

export const CONTACT_EVENT_KINDS = [
  'offered',
  'queued',
  'answered',
  'held',
  'resumed',
  'transferred',
  'ended',
  'abandoned',
] as const;
export type ContactEventKind = (typeof CONTACT_EVENT_KINDS)[number];

export const CONTACT_CHANNELS = ['call', 'ars', 'chat', 'email', 'sms', 'fax', 'web', 'branch', 'atm'] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const RESPONSE_KINDS = [
  'opened',
  'clicked',
  'visit',
  'interested',
  'declined',
  'unsubscribed',
  'order',
  'bounced',
  'complained',
] as const;
export type ResponseKind = (typeof RESPONSE_KINDS)[number];

/** One step of an interaction as the call-center system tells it. `sequence` is the vendor's order. */
export interface ContactEventFacts {
  readonly interactionId: string;
  readonly source: string;
  readonly contactId: string;
  readonly vendorEventId: string;
  readonly sequence: number;
  readonly kind: ContactEventKind;
  readonly at: string;
  readonly channel: ContactChannel;
  readonly direction: Direction;
  readonly from?: string;
  readonly to?: string;
  readonly agentId?: string;
  readonly queue?: string;
  readonly partyId?: string;
  readonly treatmentId?: string;
  readonly disposition?: string;
  readonly responseKind?: ResponseKind;
  readonly responseNote?: string;
}

// Names and fields are the storage format: add, never edit.
export type ContactEventReceived = DomainEvent<'ContactEventReceived', ContactEventFacts>;
export type ContactMade = DomainEvent<
  'ContactMade',
  {
    readonly interactionId: string;
    readonly partyId: string;
    readonly channel: ContactChannel;
    readonly direction: Direction;
    readonly at: string;
    readonly treatmentId?: string;
  }
>;
export type InteractionEnded = DomainEvent<
  'InteractionEnded',
  {
    readonly interactionId: string;
    readonly channel: ContactChannel;
    readonly direction: Direction;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly outcome: InteractionOutcome;
    readonly partyId?: string;
  }
>;
export type InteractionOutcome = 'answered' | 'no-answer' | 'abandoned';
export type InteractionResponseReceived = DomainEvent<
  'InteractionResponseReceived',
  {
    readonly responseId: string;
    readonly interactionId: string;
    readonly partyId: string;
    readonly kind: ResponseKind;
    readonly channel: ContactChannel;
    readonly at: string;
    readonly source: string;
    readonly treatmentId?: string;
  }
>;

export type InteractionEvent = ContactEventReceived | ContactMade | InteractionEnded | InteractionResponseReceived;

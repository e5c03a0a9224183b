import type { DomainEvent } from '@crm/event-sourcing';

// Types and fields are the storage format: add, never change. The stream id and the partition key are the party id.

export type PartyKind = 'person' | 'organization';
export type PartyName =
  { readonly full: string; readonly given?: string; readonly family?: string } | { readonly legal: string };

export const CONTACT_POINT_KINDS = ['email', 'phone', 'postal', 'messenger'] as const;
export type ContactPointKind = (typeof CONTACT_POINT_KINDS)[number];

export interface ContactPoint {
  readonly kind: ContactPointKind;
  readonly value: string;
  readonly primary?: true;
}

/** A consent as it was stated at the registration; without a time of its own it holds from then on. */
export interface StatedConsent {
  readonly purpose: string;
  readonly channel: string;
  readonly state: 'granted' | 'denied';
  readonly occurredAt?: string;
}

/** Everything that is said about a party when it is registered. */
export interface PartyProfile {
  readonly kind: PartyKind;
  readonly name: PartyName;
  readonly contactPoints: readonly ContactPoint[];
  readonly timeZone?: string;
  readonly locale?: string;
  readonly birthDate?: string;
  readonly partyRef?: string;
  readonly consents: readonly StatedConsent[];
}

export type PartyRegistered = DomainEvent<'PartyRegistered', PartyProfile & { readonly registeredAt: string }>;
export type PartyRenamed = DomainEvent<'PartyRenamed', { readonly name: PartyName }>;
export type PartyContactPointsChanged = DomainEvent<
  'PartyContactPointsChanged',
  { readonly contactPoints: readonly ContactPoint[] }
>;
export type PartyTimeZoneChanged = DomainEvent<'PartyTimeZoneChanged', { readonly timeZone: string | null }>;
export type PartyLocaleChanged = DomainEvent<'PartyLocaleChanged', { readonly locale: string | null }>;
export type PartyBirthDateCorrected = DomainEvent<'PartyBirthDateCorrected', { readonly birthDate: string | null }>;

export type PartyEvent =
  | PartyRegistered
  | PartyRenamed
  | PartyContactPointsChanged
  | PartyTimeZoneChanged
  | PartyLocaleChanged
  | PartyBirthDateCorrected;

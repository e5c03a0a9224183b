import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { ContactPoint, PartyEvent, PartyKind, PartyName, PartyProfile } from './party.events.js';
import type { Party, RegisteredParty } from './party.js';

/** What a correction says; null takes an optional value away. */
export interface PartyChanges {
  readonly name?: PartyName;
  readonly contactPoints?: readonly ContactPoint[];
  readonly timeZone?: string | null;
  readonly locale?: string | null;
  readonly birthDate?: string | null;
}

/** A registration is a fact: the same again changes nothing, another one under the same id is in conflict. */
export const registerParty =
  (profile: PartyProfile, registeredAt: string) =>
  (party: Party): readonly PartyEvent[] => {
    checkName(profile.kind, profile.name);
    checkContactPoints(profile.contactPoints);
    checkTimeZone(profile.timeZone);
    // Of an erased party nothing can be compared; whatever is emitted for it, the store refuses.
    if (party.status === 'unknown' || party.name === null)
      return [{ type: 'PartyRegistered', data: { ...profile, registeredAt } }];
    if (same(party.registration, profile)) return [];
    throw new Rejected('natural-key-conflict', 'The party is registered with other content; correct it with PATCH');
  };

/** Each correction is an event of its own; what is so already changes nothing. */
export const changeParty =
  (changes: PartyChanges) =>
  (party: Party): readonly PartyEvent[] => {
    if (party.status === 'unknown') throw new Rejected('not-found', 'There is no such party', { status: 404 });
    const { name, contactPoints, timeZone, locale, birthDate } = changes;
    if (name !== undefined) checkName(party.kind, name);
    if (contactPoints !== undefined) checkContactPoints(contactPoints);
    checkTimeZone(timeZone ?? undefined);
    const events: readonly (PartyEvent | false)[] = [
      changed(party, 'name', name) && { type: 'PartyRenamed', data: { name } },
      changed(party, 'contactPoints', contactPoints) && { type: 'PartyContactPointsChanged', data: { contactPoints } },
      changed(party, 'timeZone', timeZone) && { type: 'PartyTimeZoneChanged', data: { timeZone } },
      changed(party, 'locale', locale) && { type: 'PartyLocaleChanged', data: { locale } },
      changed(party, 'birthDate', birthDate) && { type: 'PartyBirthDateCorrected', data: { birthDate } },
    ];
    return events.filter((event) => event !== false);
  };

function changed<Field extends keyof PartyChanges, Value>(
  party: RegisteredParty,
  field: Field,
  value: Value | undefined,
): value is Value {
  return value !== undefined && !same(party[field], value);
}

function same(left: unknown, right: unknown): boolean {
  return fingerprintOf(left) === fingerprintOf(right);
}

function invalid(pointer: string, detail: string): Rejected {
  const errors = [{ pointer, code: 'invalid', detail }];
  return new Rejected('validation-failed', 'The party is not valid', { status: 400, errors });
}

function checkName(kind: PartyKind, name: PartyName): void {
  const fits = kind === 'person' ? 'full' in name : 'legal' in name;
  if (!fits) throw invalid('/name', 'A person has a full name, an organization a legal one');
}

function checkContactPoints(contactPoints: readonly ContactPoint[]): void {
  const primaries = contactPoints.filter((point) => point.primary === true).map((point) => point.kind);
  if (new Set(primaries).size < primaries.length) throw invalid('/contactPoints', 'At most one of a kind is primary');
}

function checkTimeZone(timeZone: string | undefined): void {
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw invalid('/timeZone', 'Not a time zone of the IANA database');
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

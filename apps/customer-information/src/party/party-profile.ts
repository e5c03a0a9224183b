import type { ContactPoint, PartyKind, PartyName, PartyProfile, StatedConsent } from './party.events.js';

type Given<Value> = Value | null | undefined;

export interface NameInput {
  readonly full?: Given<string>;
  readonly given?: Given<string>;
  readonly family?: Given<string>;
  readonly legal?: Given<string>;
}

export interface ContactPointInput {
  readonly kind: ContactPoint['kind'];
  readonly value: string;
  readonly primary?: Given<boolean>;
}

/** A registration as a client writes it, in a body or in a line of an import. */
export interface ProfileInput {
  readonly kind: PartyKind;
  readonly name: NameInput;
  readonly contactPoints?: Given<readonly ContactPointInput[]>;
  readonly timeZone?: Given<string>;
  readonly locale?: Given<string>;
  readonly birthDate?: Given<string>;
  readonly partyRef?: Given<string>;
  readonly consents?: Given<readonly (Omit<StatedConsent, 'occurredAt'> & { readonly occurredAt?: Given<string> })[]>;
}

/** The form in which registrations are stored and compared: trimmed, without what was not said. */
export function profileOf(input: ProfileInput): PartyProfile {
  return {
    kind: input.kind,
    name: nameOf(input.name),
    contactPoints: (input.contactPoints ?? []).map(contactPointOf),
    ...said('timeZone', input.timeZone),
    ...said('locale', input.locale),
    ...said('birthDate', input.birthDate),
    ...said('partyRef', input.partyRef),
    consents: (input.consents ?? []).map(({ purpose, channel, state, occurredAt }) => ({
      purpose,
      channel,
      state,
      ...said(
        'occurredAt',
        occurredAt === null || occurredAt === undefined ? undefined : new Date(occurredAt).toISOString(),
      ),
    })),
  };
}

/** The name in one of its two forms; which of them fits is decided with the kind of the party. */
export function nameOf({ full, given, family, legal }: NameInput): PartyName {
  if (legal !== null && legal !== undefined && (full === null || full === undefined)) return { legal: tidy(legal) };
  return { full: tidy(full ?? ''), ...said('given', given), ...said('family', family) };
}

export function contactPointOf({ kind, value, primary }: ContactPointInput): ContactPoint {
  return { kind, value: tidy(value), ...(primary === true ? { primary } : {}) };
}

function said<Field extends string>(field: Field, value: Given<string>): { readonly [Key in Field]?: string } {
  return value === null || value === undefined ? {} : ({ [field]: tidy(value) } as { readonly [Key in Field]: string });
}

function tidy(text: string): string {
  return text.normalize('NFC').trim();
}

import { createHmac } from 'node:crypto';
import { idOfHash, Rejected } from '@crm/event-sourcing';

const SYSTEM = /^[a-z][a-z0-9-]{0,31}$/;
const LONGEST_VALUE = 128;

/** How another system names a party: `<system>:<value>`. */
export interface PartyReference {
  readonly system: string;
  readonly value: string;
  /** Both in one text, in the form that party ids are made from. */
  readonly reference: string;
}

/** Reads `<system>:<value>`; the value may hold further colons. Rejects `party-reference-invalid`, without the reference in it. */
export function parsePartyReference(text: string): PartyReference {
  const colon = text.indexOf(':');
  const system = text.slice(0, Math.max(colon, 0));
  const value = text.slice(colon + 1).normalize('NFC');
  const sound =
    SYSTEM.test(system) &&
    value !== '' &&
    value.length <= LONGEST_VALUE &&
    value.trim() === value &&
    !/\p{C}/u.test(value);
  if (!sound)
    throw new Rejected(
      'party-reference-invalid',
      'A party reference is <system>:<value>: a system in lower case, letters, digits and hyphens, and a value of 1 to 128 characters',
      { status: 400 },
    );
  return { system, value, reference: `${system}:${value}` };
}

/** The id of the party that a reference names: the same in every service that holds the key, and no hint of the reference without it. */
export function partyIdOf(reference: string, referenceKey: Uint8Array): string {
  return idOfHash(createHmac('sha256', referenceKey).update(parsePartyReference(reference).reference).digest());
}

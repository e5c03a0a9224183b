import { Draws } from '../draws.js';

/** A person of the load. Everybody whose values must be nowhere after the erasure has values that nobody else has. */
export interface Person {
  readonly partyRef: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

const GIVEN = ['김민지', 'Ana', 'Jörg', 'Мария', 'Li', 'Fatima', 'Søren', 'Chidi'] as const;
// Mail is limited by the domain of the receiver: several, so that a wave is not a matter of minutes.
const DOMAINS = 16;

/** The number of a person who stays. */
export function person(seed: number | string, number: number): Person {
  const draws = new Draws(seed, `person ${number}`);
  return {
    partyRef: `chaos:${number}`,
    name: `${draws.pick(GIVEN)} ${number}`,
    email: `person-${number}@d${number % DOMAINS}.example.org`,
    phone: `+8210${String(10_000_000 + number)}`,
  };
}

/** Somebody who will be erased: name, address, number and a note that can be told from any other text. */
export interface Canary extends Person {
  readonly note: string;
}

export function canary(seed: number | string, number: number): Canary {
  const mark = new Draws(seed, `canary ${number}`).id().replaceAll('-', '').slice(0, 12);
  return {
    partyRef: `chaos:canary-${number}`,
    name: `Quillon ${mark}`,
    email: `quillon.${mark}@d${number % DOMAINS}.example.org`,
    phone: `+8219${String(Number.parseInt(mark.slice(0, 10), 16) % 1_000_000_000).padStart(9, '0')}`,
    note: `whisper ${mark}`,
  };
}

/** What must be found nowhere once the person is erased. */
export const canaryValues = ({ name, email, phone, note }: Canary): readonly string[] => [name, email, phone, note];

import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { person, type Person } from '../people.js';

const BATCH = 50;

/** Body of a registration with consent to marketing. */
export function registration({ partyRef, name, email, phone }: Person): unknown {
  return {
    partyRef,
    kind: 'person',
    name: { full: name },
    contactPoints: [
      { kind: 'email', value: email, primary: true },
      { kind: 'phone', value: phone },
    ],
    timeZone: 'Asia/Seoul',
    consents: [{ purpose: 'marketing', channel: 'any', state: 'granted', occurredAt: '2024-01-01T00:00:00Z' }],
  };
}

/** Registers many at once, before anything else. */
export function registrationBatches(seed: number | string, people: number): readonly LoadCommand[] {
  const numbers = Array.from({ length: people }, (_, number) => number);
  return numbers
    .filter((number) => number % BATCH === 0)
    .map((from) => ({
      key: `people ${from}`,
      service: 'customer-information',
      method: 'POST',
      path: '/v1/parties/batch',
      body: { items: numbers.slice(from, from + BATCH).map((number) => registration(person(seed, number))) },
      subject: `people from ${from}`,
    }));
}

/** Somebody new, and a correction of what was said. */
export function registrationStory(draws: Draws, number: number): readonly LoadCommand[] {
  const somebody = person(draws.seed, number);
  const subject = somebody.partyRef;
  const register: LoadCommand = {
    key: `register ${number}`,
    service: 'customer-information',
    method: 'POST',
    path: '/v1/parties',
    body: registration(somebody),
    subject,
    ...(draws.chance(0.1) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
  };
  const correct: LoadCommand = {
    key: `correct ${number}`,
    service: 'customer-information',
    method: 'PATCH',
    path: `/v1/parties/{${subject}}`,
    body: { name: { full: `${somebody.name} ${draws.whole(1, 99)}` } },
    subject,
  };
  const look: LoadCommand = {
    key: `look ${number}`,
    service: 'customer-information',
    method: 'GET',
    path: `/v1/parties?ref=${subject}`,
    subject,
    readsItsWrites: true,
  };
  return draws.chance(0.3) ? [register, correct, look] : [register, look];
}

/** Somebody changes their mind about a channel. */
export function consentStory(draws: Draws, number: number, people: number): readonly LoadCommand[] {
  const { partyRef } = person(draws.seed, draws.whole(0, people - 1));
  // Consent to marketing by e-mail is refused now and then, so that waves have somebody to skip.
  const channel = draws.pick(['email', 'sms', 'call', 'post'] as const);
  const state = draws.chance(0.25) ? 'denied' : 'granted';
  return [
    {
      key: `consent ${number}`,
      service: 'customer-information',
      method: 'PUT',
      path: `/v1/parties/{${partyRef}}/consents/marketing/${channel}`,
      body: { state, source: 'chaos' },
      subject: partyRef,
      ...(draws.chance(0.1) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
    },
  ];
}

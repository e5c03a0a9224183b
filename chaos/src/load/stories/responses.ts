import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { person } from '../people.js';

interface Response {
  readonly responseRef: string;
  readonly [field: string]: unknown;
}

const KINDS = ['opened', 'clicked', 'visit', 'interested', 'declined'] as const;
const BATCH = 8;

function response(draws: Draws, ref: string, partyRef: string, at: string): Response {
  return { responseRef: ref, partyRef, kind: draws.pick(KINDS), at, channel: 'email' };
}

/** A reaction; whether it belongs to a wave is for the service to find out. */
export function responseStory(draws: Draws, number: number, people: number, at: string): readonly LoadCommand[] {
  const anybody = (): string => person(draws.seed, draws.whole(0, people - 1)).partyRef;
  if (draws.chance(0.8)) {
    const partyRef = anybody();
    return [
      {
        key: `response ${number}`,
        service: 'marketing',
        method: 'POST',
        path: '/v1/responses',
        body: response(draws, `chaos/${number}`, partyRef, at),
        subject: partyRef,
        ...(draws.chance(0.1) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
      },
    ];
  }
  const items = Array.from({ length: BATCH }, (_, index) =>
    response(draws, `chaos/batch-${number}/${index}`, anybody(), at),
  );
  return [
    {
      key: `responses ${number}`,
      service: 'marketing',
      method: 'POST',
      path: '/v1/responses/batch',
      body: { items },
      subject: `response batch ${number}`,
    },
  ];
}

import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { person } from '../people.js';

const BATCH = 20;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2025-01-01T12:00:00Z');

/** One order of somebody, on a day of the past year; `ref` makes it the same order whenever it is told again. */
export function order(draws: Draws, ref: string, partyRef: string): unknown {
  return {
    orderRef: ref,
    partyRef,
    orderedAt: new Date(FIRST_DAY + draws.whole(0, 364) * DAY_MS).toISOString(),
    total: { amountMinor: draws.whole(100, 50_000), currency: 'USD' },
  };
}

/** An order by itself; sometimes the shop asks at once what it did to the customer's features. */
export function orderStory(draws: Draws, number: number, people: number): readonly LoadCommand[] {
  const { partyRef } = person(draws.seed, draws.whole(0, people - 1));
  const place: LoadCommand = {
    key: `order ${number}`,
    service: 'sales',
    method: 'POST',
    path: '/v1/orders',
    body: order(draws, `chaos/${number}`, partyRef),
    subject: partyRef,
    ...(draws.chance(0.1) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
  };
  const look: LoadCommand = {
    key: `features ${number}`,
    service: 'analytics',
    method: 'GET',
    path: `/v1/customers/{${partyRef}}/features`,
    subject: partyRef,
    readsItsWrites: true,
  };
  return draws.chance(0.1) ? [place, look] : [place];
}

/** What a shop sends every few seconds. */
export function orderBatchStory(draws: Draws, number: number, people: number): readonly LoadCommand[] {
  const items = Array.from({ length: BATCH }, (_, index) =>
    order(draws, `chaos/batch-${number}/${index}`, person(draws.seed, draws.whole(0, people - 1)).partyRef),
  );
  return [
    {
      key: `orders ${number}`,
      service: 'sales',
      method: 'POST',
      path: '/v1/orders/batch',
      body: { items },
      subject: `order batch ${number}`,
      ...(draws.chance(0.3) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
    },
  ];
}

/** Orders that everybody of the first people has, so that a segment has members from the beginning. */
export function firstOrders(draws: Draws, people: number): readonly LoadCommand[] {
  const numbers = Array.from({ length: people }, (_, number) => number);
  return numbers
    .filter((number) => number % 100 === 0)
    .map((from) => ({
      key: `first orders ${from}`,
      service: 'sales',
      method: 'POST',
      path: '/v1/orders/batch',
      body: {
        items: numbers
          .slice(from, from + 100)
          .map((number) => order(draws, `chaos/first/${number}`, person(draws.seed, number).partyRef)),
      },
      subject: `first orders from ${from}`,
    }));
}

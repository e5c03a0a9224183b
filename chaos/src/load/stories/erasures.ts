import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { canary } from '../people.js';
import { callOf } from './contacts.js';
import { order } from './orders.js';
import { registration } from './registrations.js';

const CALLED_AT = Date.parse('2025-09-01T08:00:00Z');

type Step = Pick<LoadCommand, 'service' | 'path' | 'body'> & Partial<LoadCommand> & { readonly name: string };

/** Somebody leaves traces in every service, is erased, and is spoken of once more: that is refused. */
export function erasureStory(draws: Draws, number: number): readonly LoadCommand[] {
  const somebody = canary(draws.seed, number);
  const { partyRef } = somebody;
  const steps: readonly Step[] = [
    { name: 'register', service: 'customer-information', path: '/v1/parties', body: registration(somebody) },
    ...draws.shuffled(tracesOf(draws, number)),
    {
      name: 'erase',
      service: 'customer-information',
      path: `/v1/parties/{${partyRef}}/erase`,
      body: {},
      pauseMs: draws.between(1_000, 15_000),
    },
    {
      name: 'once more',
      service: 'sales',
      path: '/v1/orders',
      body: order(draws, `chaos/canary-${number}/late`, partyRef),
      // Until sales has heard of the erasure it takes the order, and erases what is personal in it then.
      refusals: ['party-erased'],
      pauseMs: draws.between(0, 10_000),
    },
  ];
  return steps.map(({ name, ...parts }) => ({
    ...{ key: `canary ${number} ${name}`, method: 'POST', subject: partyRef },
    ...parts,
  }));
}

function tracesOf(draws: Draws, number: number): readonly Step[] {
  const { partyRef, phone, note } = canary(draws.seed, number);
  return [
    { name: 'order', service: 'sales', path: '/v1/orders', body: order(draws, `chaos/canary-${number}`, partyRef) },
    {
      name: 'call',
      service: 'service',
      path: '/v1/contact-events/batch',
      body: {
        source: 'chaos-center',
        events: callOf(`canary-call-${number}`, partyRef, CALLED_AT + number * 1_000, phone),
      },
    },
    {
      name: 'case',
      service: 'service',
      path: '/v1/cases',
      body: { caseId: draws.id(), partyRef, kind: 'complaint', subject: note, priority: 'low', channel: 'web' },
    },
    {
      name: 'response',
      service: 'marketing',
      path: '/v1/responses',
      body: {
        responseRef: `chaos/canary-${number}`,
        partyRef,
        kind: 'interested',
        at: '2025-09-02T00:00:00Z',
        channel: 'email',
        note,
      },
    },
  ];
}

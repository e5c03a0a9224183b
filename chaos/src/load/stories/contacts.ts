import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { person } from '../people.js';

const SOURCE = 'chaos-center';
const KINDS = ['offered', 'queued', 'answered', 'held', 'resumed', 'ended'] as const;
const FIRST = Date.parse('2025-06-01T08:00:00Z');

interface ContactEvent {
  readonly vendorEventId: string;
  readonly [field: string]: unknown;
}

/** What a call-center system tells of one call, in the order in which it happened. */
export function callOf(contactId: string, partyRef: string, startedAt: number, from?: string): readonly ContactEvent[] {
  return KINDS.map((kind, sequence) => ({
    vendorEventId: `${contactId}-${sequence}`,
    contactId,
    sequence,
    kind,
    at: new Date(startedAt + sequence * 20_000).toISOString(),
    channel: 'call',
    direction: 'inbound',
    partyRef,
    agentId: 'agent-1',
    ...(from === undefined ? {} : { from }),
  }));
}

/** A call that arrives in two batches, out of order, and partly twice. */
export function contactStory(draws: Draws, number: number, people: number): readonly LoadCommand[] {
  const somebody = person(draws.seed, draws.whole(0, people - 1));
  const contactId = `call-${number}`;
  const events = draws.shuffled(callOf(contactId, somebody.partyRef, FIRST + number * 1_000, somebody.phone));
  const cut = draws.whole(1, events.length - 1);
  const again = draws.chance(0.5) ? events.slice(0, draws.whole(1, cut)) : [];
  const batch = (part: number, content: readonly unknown[]): LoadCommand => ({
    key: `${contactId} ${part}`,
    service: 'service',
    method: 'POST',
    path: '/v1/contact-events/batch',
    body: { source: SOURCE, events: content },
    subject: contactId,
  });
  return [batch(1, events.slice(0, cut)), batch(2, draws.shuffled([...events.slice(cut), ...again]))];
}

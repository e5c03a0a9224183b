import { fold } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldContactEvents, inVendorOrder, outcomeOf } from './interaction-fold.js';
import { takeContactEvents } from './interaction.decider.js';
import { CONTACT_EVENT_KINDS, type ContactEventFacts, type InteractionEvent } from './interaction.events.js';
import { interactionAggregate, interactionIdOf } from './interaction.js';

const interactionId = interactionIdOf('pbx', 'c-1');
const base = { interactionId, source: 'pbx', contactId: 'c-1', channel: 'call', direction: 'inbound' } as const;
const directions = fc.constantFrom('inbound' as const, 'outbound' as const);

const steps = fc.array(
  fc.record({
    sequence: fc.integer({ min: 0, max: 9 }),
    second: fc.integer({ min: 0, max: 9 }),
    kind: fc.constantFrom(...CONTACT_EVENT_KINDS),
    partyId: fc.option(
      fc.constantFrom('22222222-2222-8222-8222-222222222222', '44444444-4444-8444-8444-444444444444'),
      { nil: undefined },
    ),
    agentId: fc.option(fc.constantFrom('kim', 'lee'), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

const contactEvents = fc.tuple(steps, directions).map(([told, direction]) =>
  told.map(({ sequence, second, kind, partyId, agentId }, index): ContactEventFacts => ({
    ...base,
    direction,
    vendorEventId: `e-${String(index)}`,
    sequence,
    kind,
    at: `2026-03-02T09:00:0${String(second)}.000Z`,
    ...(partyId === undefined ? {} : { partyId }),
    ...(agentId === undefined ? {} : { agentId }),
  })),
);

const shuffled = contactEvents.chain((events) =>
  fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length })),
);

/** One delivery after the other, as decided and stored. */
function delivered(events: readonly ContactEventFacts[]): readonly InteractionEvent[] {
  let history: readonly InteractionEvent[] = [];
  for (const event of events)
    history = [...history, ...takeContactEvents([event])(fold(interactionAggregate, history))];
  return history;
}

const countOf = (events: readonly InteractionEvent[], type: InteractionEvent['type']): number =>
  events.filter((event) => event.type === type).length;

describe('contact events in any order of arrival', () => {
  it('fold to the same interaction', () => {
    fc.assert(
      fc.property(shuffled, ([events, other]) => {
        expect(foldContactEvents(other)).toEqual(foldContactEvents(events));
      }),
    );
  });

  it('are kept in vendor order, however often they are delivered', () => {
    fc.assert(
      fc.property(shuffled, ([events, other]) => {
        const state = fold(interactionAggregate, delivered([...other, ...events]));
        expect(state.events).toEqual([...events].sort(inVendorOrder));
      }),
    );
  });

  it('make one contact and one end at most, and the same ones are made or not', () => {
    fc.assert(
      fc.property(shuffled, ([events, other]) => {
        const [once, again] = [delivered(events), delivered(other)];
        for (const type of ['ContactMade', 'InteractionEnded'] as const) {
          expect(countOf(once, type)).toBeLessThanOrEqual(1);
          expect(countOf(again, type)).toBe(countOf(once, type));
        }
      }),
    );
  });
});

describe('an interaction', () => {
  const step = (
    sequence: number,
    kind: ContactEventFacts['kind'],
    more: Partial<ContactEventFacts> = {},
  ): ContactEventFacts => ({
    ...base,
    vendorEventId: `e-${String(sequence)}`,
    sequence,
    kind,
    at: `2026-03-02T09:00:0${String(sequence)}.000Z`,
    ...more,
  });

  it('is nothing without events', () => {
    expect(foldContactEvents([])).toBeUndefined();
  });

  it('tells how it went', () => {
    const events = [
      step(5, 'ended', { disposition: 'SOLVED' }),
      step(2, 'answered', { agentId: 'kim', partyId: 'p' }),
      step(1, 'queued', { queue: 'billing' }),
      step(3, 'transferred', { queue: 'technics', treatmentId: 't' }),
      step(4, 'answered', { agentId: 'lee' }),
    ];
    expect(foldContactEvents(events)).toEqual({
      status: 'ended',
      channel: 'call',
      direction: 'inbound',
      startedAt: '2026-03-02T09:00:01.000Z',
      answeredAt: '2026-03-02T09:00:02.000Z',
      endedAt: '2026-03-02T09:00:05.000Z',
      partyId: 'p',
      treatmentId: 't',
      agentId: 'lee',
      queue: 'technics',
      disposition: 'SOLVED',
      transfers: 1,
    });
  });

  it('tells what became of it once it is over', () => {
    const after = (...kinds: readonly ContactEventFacts['kind'][]): string | undefined =>
      outcomeOf(foldContactEvents(kinds.map((kind, index) => step(index, kind)))!);
    expect(after('offered')).toBeUndefined();
    expect(after('offered', 'answered', 'abandoned')).toBe('answered');
    expect(after('offered', 'abandoned')).toBe('abandoned');
    expect(after('offered', 'ended')).toBe('no-answer');
  });

  it('goes by the time where the sequence says nothing, and stays ended', () => {
    const events = [
      step(1, 'abandoned', { vendorEventId: 'b', at: '2026-03-02T09:00:09.000Z' }),
      step(1, 'offered', { vendorEventId: 'c' }),
      step(2, 'held', { at: '2026-03-02T09:00:00.000Z' }),
    ];
    expect(foldContactEvents(events)).toMatchObject({ status: 'abandoned', startedAt: '2026-03-02T09:00:00.000Z' });
    expect(
      foldContactEvents([step(1, 'held', { vendorEventId: 'a' }), step(1, 'resumed', { vendorEventId: 'b' })]),
    ).toMatchObject({ status: 'connected' });
  });
});

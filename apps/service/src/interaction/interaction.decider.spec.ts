import { deriveId, fold } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { takeContactEvents } from './interaction.decider.js';
import type { ContactEventFacts, InteractionEvent } from './interaction.events.js';
import { interactionAggregate, interactionIdOf } from './interaction.js';

const given = deciderSpec(interactionAggregate);

const partyId = '22222222-2222-8222-8222-222222222222';
const treatmentId = '33333333-3333-8333-8333-333333333333';
const interactionId = interactionIdOf('pbx', 'c-1');

const step = (
  sequence: number,
  kind: ContactEventFacts['kind'],
  more: Partial<ContactEventFacts> = {},
): ContactEventFacts => ({
  interactionId,
  source: 'pbx',
  contactId: 'c-1',
  vendorEventId: `e-${String(sequence)}`,
  sequence,
  kind,
  at: `1997-06-01T09:00:0${String(sequence)}.000Z`,
  channel: 'call',
  direction: 'outbound',
  ...more,
});
const received = (data: ContactEventFacts): InteractionEvent => ({
  type: 'ContactEventReceived',
  data,
  occurredAt: data.at,
});
const made = (at: string, more: object = {}): InteractionEvent => ({
  type: 'ContactMade',
  data: { interactionId, partyId, channel: 'call', direction: 'outbound', at, ...more },
  occurredAt: at,
});
const ended = (
  endedAt: string,
  outcome: 'answered' | 'no-answer' | 'abandoned',
  more: object = {},
): InteractionEvent => ({
  type: 'InteractionEnded',
  data: {
    interactionId,
    channel: 'call',
    direction: 'outbound',
    startedAt: '1997-06-01T09:00:01.000Z',
    endedAt,
    outcome,
    ...more,
  },
  occurredAt: endedAt,
});

const offered = step(1, 'offered', { partyId });
const answered = step(2, 'answered');
const over = step(3, 'ended');

describe('take contact events', () => {
  it('takes each once', () => {
    given()
      .when(takeContactEvents([offered, offered]))
      .emits(received(offered));
    given(received(offered))
      .when(takeContactEvents([offered]))
      .emitsNothing();
    given().when(takeContactEvents([])).emitsNothing();
  });

  it('makes a contact of ours when it is answered', () => {
    given(received(offered))
      .when(takeContactEvents([answered]))
      .emits(received(answered), made(answered.at));
    given(received(offered), received(answered), made(answered.at))
      .when(takeContactEvents([step(4, 'held')]))
      .emits(received(step(4, 'held')));
  });

  it('makes a contact of the customer at once', () => {
    const call = step(1, 'queued', { partyId, direction: 'inbound', treatmentId });
    given()
      .when(takeContactEvents([call]))
      .emits(received(call), made(call.at, { direction: 'inbound', treatmentId }));
  });

  it('waits until the party is known', () => {
    const unknown = step(1, 'offered');
    const known = step(3, 'transferred', { partyId });
    given(received(unknown))
      .when(takeContactEvents([answered]))
      .emits(received(answered));
    given(received(unknown), received(answered))
      .when(takeContactEvents([known]))
      .emits(received(known), made(answered.at));
  });

  it('ends once, with what became of it', () => {
    given(received(offered), received(answered), made(answered.at))
      .when(takeContactEvents([over]))
      .emits(received(over), ended(over.at, 'answered', { partyId }));
    given(received(over), ended(over.at, 'no-answer'))
      .when(takeContactEvents([step(4, 'ended')]))
      .emitsTypes('ContactEventReceived');
    const unknown = step(1, 'offered');
    given(received(unknown))
      .when(takeContactEvents([over]))
      .emits(received(over), ended(over.at, 'no-answer'));
    const left = step(3, 'abandoned');
    given(received(unknown))
      .when(takeContactEvents([left]))
      .emits(received(left), ended(left.at, 'abandoned'));
  });

  it('passes a response on as soon as it is known whose it is, once', () => {
    const said = step(2, 'answered', { responseKind: 'interested', responseNote: 'in May' });
    const known = step(3, 'resumed', { partyId, treatmentId });
    const response: InteractionEvent = {
      type: 'InteractionResponseReceived',
      data: {
        responseId: deriveId('response', 'pbx', 'e-2'),
        interactionId,
        partyId,
        kind: 'interested',
        channel: 'call',
        at: said.at,
        source: 'pbx',
        treatmentId,
      },
      occurredAt: said.at,
    };
    given()
      .when(takeContactEvents([said]))
      .emits(received(said));
    given(received(said))
      .when(takeContactEvents([known]))
      .emits(received(known), made(said.at, { treatmentId }), response);
    given(received(said), received(known), made(said.at), response)
      .when(takeContactEvents([step(4, 'held')]))
      .emitsTypes('ContactEventReceived');
  });

  it('passes a response on without a treatment where there was none', () => {
    const said = step(2, 'answered', { partyId, responseKind: 'declined' });
    given()
      .when(takeContactEvents([said]))
      .emitsTypes('ContactEventReceived', 'ContactMade', 'InteractionResponseReceived');
  });

  it('keeps contact events in vendor order', () => {
    const state = fold(interactionAggregate, [received(over), received(offered), received(answered)]);
    expect(state.events.map((event) => event.sequence)).toEqual([1, 2, 3]);
  });
});

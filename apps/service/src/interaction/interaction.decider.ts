import { deriveId, type Decide } from '@crm/event-sourcing';
import { foldContactEvents, outcomeOf, type FoldedInteraction } from './interaction-fold.js';
import type {
  ContactEventFacts,
  ContactMade,
  InteractionEnded,
  InteractionEvent,
  InteractionResponseReceived,
} from './interaction.events.js';
import type { Interaction } from './interaction.js';

/** Takes contact events that are not known yet, and says what follows: once per interaction, whenever enough is known. */
export const takeContactEvents =
  (received: readonly ContactEventFacts[]): Decide<Interaction, InteractionEvent> =>
  (state) => {
    const known = new Set(state.events.map((event) => event.vendorEventId));
    const fresh = received.filter(({ vendorEventId }) => !known.has(vendorEventId) && known.add(vendorEventId));
    const events = [...state.events, ...fresh];
    const interaction = foldContactEvents(events);
    if (fresh.length === 0 || interaction === undefined) return [];
    const { interactionId } = fresh[0] as ContactEventFacts;
    return [
      ...fresh.map((data): InteractionEvent => ({ type: 'ContactEventReceived', data, occurredAt: data.at })),
      ...(state.made ? [] : contactMade(interactionId, interaction)),
      ...(state.ended ? [] : interactionEnded(interactionId, interaction)),
      ...responses(events, interaction).filter(({ data }) => !state.responses.includes(data.responseId)),
    ];
  };

/** A contact that the customer starts is one at once, ours as soon as it is answered. Whose it is must be known. */
function contactMade(
  interactionId: string,
  { partyId, channel, direction, startedAt, answeredAt, treatmentId }: FoldedInteraction,
): readonly ContactMade[] {
  const at = direction === 'inbound' ? startedAt : answeredAt;
  if (partyId === undefined || at === undefined) return [];
  const data = {
    interactionId,
    partyId,
    channel,
    direction,
    at,
    ...(treatmentId === undefined ? {} : { treatmentId }),
  };
  return [{ type: 'ContactMade', data, occurredAt: at }];
}

function interactionEnded(interactionId: string, interaction: FoldedInteraction): readonly InteractionEnded[] {
  const { channel, direction, startedAt, endedAt, partyId } = interaction;
  const outcome = outcomeOf(interaction);
  if (endedAt === undefined || outcome === undefined) return [];
  const data = {
    interactionId,
    channel,
    direction,
    startedAt,
    endedAt,
    outcome,
    ...(partyId === undefined ? {} : { partyId }),
  };
  return [{ type: 'InteractionEnded', data, occurredAt: endedAt }];
}

function responses(
  events: readonly ContactEventFacts[],
  interaction: FoldedInteraction,
): readonly InteractionResponseReceived[] {
  const { partyId } = interaction;
  if (partyId === undefined) return [];
  return events.flatMap((event) => {
    const { responseKind: kind, source, vendorEventId, interactionId, channel, at } = event;
    const treatmentId = event.treatmentId ?? interaction.treatmentId;
    if (kind === undefined) return [];
    const responseId = deriveId('response', source, vendorEventId);
    const data = {
      responseId,
      interactionId,
      partyId,
      kind,
      channel,
      at,
      source,
      ...(treatmentId === undefined ? {} : { treatmentId }),
    };
    return [{ type: 'InteractionResponseReceived' as const, data, occurredAt: at }];
  });
}

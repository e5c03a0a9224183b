import {
  ContactMadeV1,
  InteractionEndedV1,
  publicEvent,
  ServiceResponseReceivedV1,
  type PublicEvent,
} from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { InteractionEvent } from './interaction.events.js';

export function publishInteraction(event: RecordedEvent<InteractionEvent>): PublicEvent | undefined {
  switch (event.type) {
    case 'ContactMade':
      return publicEvent(ContactMadeV1, event.data);
    case 'InteractionEnded':
      return publicEvent(InteractionEndedV1, event.data);
    case 'InteractionResponseReceived': {
      const { interactionId: _, ...response } = event.data;
      return publicEvent(ServiceResponseReceivedV1, response);
    }
    case 'ContactEventReceived':
      return undefined;
  }
}

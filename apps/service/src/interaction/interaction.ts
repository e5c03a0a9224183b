import { deriveId, type Aggregate } from '@crm/event-sourcing';
import { inVendorOrder } from './interaction-fold.js';
import type { ContactEventFacts, InteractionEvent } from './interaction.events.js';

export interface Interaction {
  /** In vendor order, whatever the order of arrival. */
  readonly events: readonly ContactEventFacts[];
  readonly made: boolean;
  readonly ended: boolean;
  /** Responses that were passed on, by the vendor's event id. */
  readonly responses: readonly string[];
}

/**
 * One exchange with a customer, told in steps by a call-center system. Its key is the party where the first step knows it, else
 * its own id: then its numbers are sealed under a key of its own, which is destroyed with the party that it turns out to be of.
 */
export const interactionAggregate: Aggregate<Interaction, InteractionEvent> = {
  category: 'interaction',
  initial: { events: [], made: false, ended: false, responses: [] },
  personal: { ContactEventReceived: ['from', 'to', 'responseNote'] },
  hops: { InteractionResponseReceived: '7' },
  evolve(state, event) {
    switch (event.type) {
      case 'ContactEventReceived':
        return { ...state, events: [...state.events, event.data].sort(inVendorOrder) };
      case 'ContactMade':
        return { ...state, made: true };
      case 'InteractionEnded':
        return { ...state, ended: true };
      case 'InteractionResponseReceived':
        return { ...state, responses: [...state.responses, event.data.responseId] };
    }
  },
};

export function interactionIdOf(source: string, contactId: string): string {
  return deriveId('interaction', source, contactId);
}

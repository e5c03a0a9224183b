import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import type { ContactEventReceived } from '../interaction/interaction.events.js';
import { forgetInteractions, linkInteraction } from './interaction-links.js';

/** The link is written before the tombstone is looked for, and an erasure does it the other way round: one of them sees the other. */
export function linkInteractions(context: ServiceContext): Reactor<ContactEventReceived> {
  return {
    name: 'link-interactions',
    sources: [{ service: 'service', types: ['ContactEventReceived'] }],
    async react({ key, data: { partyId, interactionId } }) {
      if (partyId === undefined || key !== interactionId) return;
      await linkInteraction(context, partyId, interactionId);
      if (await context.store.log.isBuried(partyId)) await forgetInteractions(context, [interactionId]);
    },
  };
}

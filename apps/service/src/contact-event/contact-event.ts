import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ContactEventEvent } from './contact-event.events.js';

export interface ContactEvent {
  readonly registered: boolean;
}

/** Keeps the natural key (source, vendorEventId) over all interactions: a system that reuses an id is found out. */
export const contactEventAggregate: Aggregate<ContactEvent, ContactEventEvent> = {
  category: 'contact-event',
  initial: { registered: false },
  evolve: () => ({ registered: true }),
};

export function contactEventIdOf(source: string, vendorEventId: string): string {
  return deriveId('contact-event', source, vendorEventId);
}

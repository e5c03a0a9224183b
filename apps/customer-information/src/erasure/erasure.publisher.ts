import { ErasureCompletedV1, PartyErasedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { ErasureEvent } from './erasure.events.js';

export function publishErasureProgress(event: RecordedEvent<ErasureEvent>): PublicEvent | undefined {
  switch (event.type) {
    case 'PartyErased':
      return publicEvent(PartyErasedV1, event.data);
    case 'ErasureCompleted':
      return publicEvent(ErasureCompletedV1, event.data);
    case 'ErasureRequested':
    case 'ServiceErasureReported':
      return undefined;
  }
}

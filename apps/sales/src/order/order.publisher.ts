import { OrderPlacedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { OrderEvent } from './order.events.js';

export function publishOrder(event: RecordedEvent<OrderEvent>): PublicEvent {
  return publicEvent(OrderPlacedV1, event.data);
}

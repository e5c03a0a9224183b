import { CustomerScoreChangedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { CustomerScoreChanged } from './customer-score.events.js';

export function publishCustomerScore(event: CustomerScoreChanged): PublicEvent {
  return publicEvent(CustomerScoreChangedV1, event.data);
}

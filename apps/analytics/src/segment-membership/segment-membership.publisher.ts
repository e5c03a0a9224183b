import { publicEvent, SegmentEnteredV1, SegmentLeftV1, type PublicEvent } from '@crm/contracts';
import type { SegmentMembershipEvent } from './segment-membership.events.js';

export function publishSegmentMembership(event: SegmentMembershipEvent): PublicEvent {
  switch (event.type) {
    case 'SegmentEntered':
      return publicEvent(SegmentEnteredV1, event.data);
    case 'SegmentLeft':
      return publicEvent(SegmentLeftV1, event.data);
  }
}

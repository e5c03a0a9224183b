import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { SegmentMembershipEvent } from './segment-membership.events.js';

/** One customer and one segment: in it or not, as far as it was told. */
export interface SegmentMembership {
  readonly member: boolean;
}

export const segmentMembershipAggregate: Aggregate<SegmentMembership, SegmentMembershipEvent> = {
  category: 'segment-membership',
  initial: { member: false },
  evolve(_, event) {
    switch (event.type) {
      case 'SegmentEntered':
        return { member: true };
      case 'SegmentLeft':
        return { member: false };
    }
  },
};

export const membershipId = (segmentId: string, partyId: string): string =>
  deriveId('segment-membership', segmentId, partyId);

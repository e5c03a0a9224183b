import type { SegmentEntered, SegmentLeft } from './segment-membership.events.js';
import type { SegmentMembership } from './segment-membership.js';

export const enterSegment =
  (data: SegmentEntered['data']) =>
  ({ member }: SegmentMembership): readonly SegmentEntered[] =>
    member ? [] : [{ type: 'SegmentEntered', data }];

export const leaveSegment =
  (data: SegmentLeft['data']) =>
  ({ member }: SegmentMembership): readonly SegmentLeft[] =>
    member ? [{ type: 'SegmentLeft', data }] : [];

import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { enterSegment, leaveSegment } from './segment-membership.decider.js';
import type { SegmentMembershipEvent } from './segment-membership.events.js';
import { segmentMembershipAggregate } from './segment-membership.js';

const given = deciderSpec(segmentMembershipAggregate);
const data = {
  segmentId: '01900000-0000-7000-8000-000000000001',
  partyId: '01900000-0000-7000-8000-000000000002',
  at: '1997-10-01T00:00:00.000Z',
  reason: 'time-passed',
  evidence: { values: { recencyDays: 90 }, runIds: [] },
} as const;
const entered: SegmentMembershipEvent = { type: 'SegmentEntered', data };
const left: SegmentMembershipEvent = { type: 'SegmentLeft', data };

describe('enter segment', () => {
  it('is news for somebody outside', () => {
    given().when(enterSegment(data)).emits(entered);
    given(entered, left).when(enterSegment(data)).emits(entered);
  });
  it('is none for a member', () => {
    given(entered).when(enterSegment(data)).emitsNothing();
  });
});

describe('leave segment', () => {
  it('is news for a member', () => {
    given(entered).when(leaveSegment(data)).emits(left);
  });
  it('is none for somebody outside', () => {
    given().when(leaveSegment(data)).emitsNothing();
    given(entered, left).when(leaveSegment(data)).emitsNothing();
  });
});

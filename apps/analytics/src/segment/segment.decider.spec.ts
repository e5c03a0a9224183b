import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { defineSegment } from './segment.decider.js';
import type { SegmentEvent } from './segment.events.js';
import { segmentAggregate } from './segment.js';

const given = deciderSpec(segmentAggregate);
const data = {
  segmentId: '01900000-0000-7000-8000-000000000001',
  name: 'slipping away',
  where: { all: [{ feature: 'bg-nbd.pAlive', lt: 0.7 }, { feature: 'rfm.f', gte: 3 }] }, // prettier-ignore
};
const defined: SegmentEvent = { type: 'SegmentDefined', data };

describe('define segment', () => {
  it('defines it', () => {
    given().when(defineSegment(data)).emits(defined);
  });
  it('changes nothing when it is defined again in the same way', () => {
    given(defined)
      .when(defineSegment({ ...data }))
      .emitsNothing();
  });
  it('refuses the id of a segment with another name or predicate', () => {
    given(defined)
      .when(defineSegment({ ...data, name: 'gone' }))
      .rejects('segment-id-taken');
    given(defined)
      .when(defineSegment({ ...data, where: { feature: 'rfm.f', gte: 3 } }))
      .rejects('segment-id-taken');
  });
});

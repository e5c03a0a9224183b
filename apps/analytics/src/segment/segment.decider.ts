import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { SegmentDefined } from './segment.events.js';
import type { Segment } from './segment.js';

/** Defining the same segment again changes nothing. */
export const defineSegment =
  (data: SegmentDefined['data']) =>
  (state: Segment): readonly SegmentDefined[] => {
    if (state.status === 'new') return [{ type: 'SegmentDefined', data }];
    const same = state.name === data.name && fingerprintOf(state.where) === fingerprintOf(data.where);
    if (same) return [];
    throw new Rejected('segment-id-taken', 'This segment is defined otherwise');
  };

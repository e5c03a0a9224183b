import type { Aggregate } from '@crm/event-sourcing';
import type { SegmentDefined, SegmentEvent } from './segment.events.js';

export type Segment = { readonly status: 'new' } | ({ readonly status: 'defined' } & SegmentDefined['data']);

/** A segment's predicate never changes: membership at a past moment stays explicable. Another predicate is another segment. */
export const segmentAggregate: Aggregate<Segment, SegmentEvent> = {
  category: 'segment',
  initial: { status: 'new' },
  evolve: (_, event) => ({ status: 'defined', ...event.data }),
};

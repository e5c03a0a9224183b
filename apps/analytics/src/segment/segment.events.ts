import type { DomainEvent } from '@crm/event-sourcing';
import type { Where } from './segment-where.js';

// Names and fields are the storage format: add, never edit.

export type SegmentDefined = DomainEvent<
  'SegmentDefined',
  { readonly segmentId: string; readonly name: string; readonly where: Where }
>;

export type SegmentEvent = SegmentDefined;

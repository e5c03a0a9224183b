import type { Projection } from '@crm/messaging';
import type { SegmentDefined } from './segment.events.js';

const ADD = `INSERT INTO segment (segment_id, name, predicate, defined_at)
  SELECT segment_id, name, predicate::jsonb, defined_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS s(segment_id, name, predicate, defined_at)
  ON CONFLICT DO NOTHING`;

/** Which segments are there? */
export const segmentsProjection: Projection<SegmentDefined> = {
  name: 'segments',
  sources: [{ service: 'analytics', types: ['SegmentDefined'] }],
  tables: ['segment'],
  async apply(tx, events) {
    await tx.query(ADD, [
      events.map(({ data }) => data.segmentId),
      events.map(({ data }) => data.name),
      events.map(({ data }) => JSON.stringify(data.where)),
      events.map(({ recordedAt }) => recordedAt),
    ]);
  },
};

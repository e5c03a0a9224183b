import type { EventMeta, RecordedEvent } from '../event.js';

/** Columns of a stored event in the order of `EventRow`; expects the table under the alias `e`. */
export const EVENT_COLUMNS = `e.lane, e.position, e.stream_id, e.version, e.event_id, e.category, e.key, e.type, e.schema_version, e.data, e.meta, e.occurred_at, e.recorded_at`;

export interface EventRow {
  readonly lane: number;
  readonly position: bigint;
  readonly stream_id: string;
  readonly version: number;
  readonly event_id: string;
  readonly category: string;
  readonly key: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: unknown;
  readonly meta: EventMeta;
  readonly occurred_at: string;
  readonly recorded_at: string;
}

export function toRecorded(row: EventRow): RecordedEvent {
  return {
    lane: row.lane,
    position: row.position,
    eventId: row.event_id,
    streamId: row.stream_id,
    category: row.category,
    version: row.version,
    key: row.key,
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    meta: row.meta,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  };
}

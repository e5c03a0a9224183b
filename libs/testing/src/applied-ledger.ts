import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type pg from 'pg';

/** Schema of `appliedLedger`: a position that is applied twice breaks the key. */
export const APPLIED_SCHEMA = /* sql */ `
CREATE TABLE rm.applied (source text, incarnation text, lane smallint, position bigint, event_id text, PRIMARY KEY (source, incarnation, lane, position))`;

const INSERT = `INSERT INTO applied (source, incarnation, lane, position, event_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::text[])`;

/** A projection that writes down every position it was given: what was lost or applied twice can be counted afterwards. */
export function appliedLedger(source: string): Projection {
  return {
    name: 'applied',
    sources: [{ service: source }],
    tables: ['applied'],
    apply: async (tx: Tx, events: readonly FeedEvent[]) => {
      await tx.query(INSERT, [
        events.map((event) => event.source),
        events.map((event) => event.incarnation),
        events.map((event) => event.lane),
        events.map((event) => String(event.position)),
        events.map((event) => event.eventId),
      ]);
    },
  };
}

/** The ids of the events that were applied. */
export async function appliedEvents(pool: pg.Pool): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ event_id: string }>('SELECT event_id FROM rm.applied');
  return new Set(rows.map((row) => row.event_id));
}

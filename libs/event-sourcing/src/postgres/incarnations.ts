import type pg from 'pg';
import type { Incarnation } from '../event-log.js';
import { LANES } from '../lanes.js';
import { LANE_LOCK } from './schema.js';

/**
 * The history of a store's incarnations, for a migration after `EVENT_STORE_SCHEMA`. The times strictly increase, also when the
 * clock was set back, so that they give the order.
 */
export const INCARNATION_SCHEMA = /* sql */ `
CREATE TABLE es.incarnation (
  incarnation uuid PRIMARY KEY,
  predecessor uuid,
  heads bigint[] NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO es.incarnation (incarnation, heads, at) SELECT incarnation, array_fill(0::bigint, ARRAY[lanes::int]), created_at FROM es.store;

CREATE FUNCTION es.begin_incarnation() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  begun uuid := gen_random_uuid();
BEGIN
  PERFORM pg_advisory_xact_lock(${String(LANE_LOCK)}, l) FROM generate_series(0, ${String(LANES - 1)}) l;
  INSERT INTO es.incarnation (incarnation, predecessor, heads, at)
    SELECT begun, s.incarnation,
      ARRAY(SELECT coalesce((SELECT e.position FROM es.event e WHERE e.lane = l ORDER BY e.position DESC LIMIT 1), 0)
        FROM generate_series(0, s.lanes - 1) l ORDER BY l),
      greatest(clock_timestamp(), (SELECT max(i.at) + interval '1 microsecond' FROM es.incarnation i))
    FROM es.store s;
  UPDATE es.store SET incarnation = begun;
  RETURN begun;
END $$;
`;

const HISTORY = 'SELECT incarnation, predecessor, heads, at FROM es.incarnation ORDER BY es.incarnation.at';

/** Every incarnation of the store, oldest first. */
export async function incarnationsOf(on: pg.Pool | pg.ClientBase): Promise<readonly Incarnation[]> {
  return (await on.query<Incarnation>(HISTORY)).rows;
}

/**
 * Gives the store a new incarnation that begins at its present heads, and answers it. After a restore: events that the lost
 * log had after these heads are not those that will get the same positions. Part of the caller's transaction, if there is one.
 */
export async function beginIncarnation(on: pg.Pool | pg.ClientBase): Promise<string> {
  const { rows } = await on.query<{ incarnation: string }>('SELECT es.begin_incarnation() AS incarnation');
  const [row] = rows;
  if (row === undefined) throw new Error('the event store began no incarnation');
  return row.incarnation;
}

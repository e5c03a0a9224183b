import { LANES } from '../lanes.js';

/** Advisory lock class of lanes; the second key is the lane. Advisory locks are per database. */
export const LANE_LOCK = 0x6c616e65;

/**
 * The event store's schema, for a migration. The order of statements inside `es.append` is what makes positions gapless:
 * locks first, in a statement of their own, then the heads in a later snapshot.
 */
export const EVENT_STORE_SCHEMA = /* sql */ `
CREATE SCHEMA es;

CREATE TABLE es.store (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  incarnation uuid NOT NULL DEFAULT gen_random_uuid(),
  lanes smallint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO es.store (lanes) VALUES (${String(LANES)});

CREATE TABLE es.event (
  lane smallint NOT NULL,
  position bigint NOT NULL,
  stream_id uuid NOT NULL,
  version int NOT NULL,
  event_id uuid NOT NULL,
  category text NOT NULL,
  key uuid NOT NULL,
  type text NOT NULL,
  schema_version smallint NOT NULL,
  data jsonb NOT NULL,
  meta jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (lane, position),
  UNIQUE (stream_id, version)
);

CREATE TABLE es.command_log (
  command_id uuid PRIMARY KEY,
  stream_id uuid NOT NULL,
  version int NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  fingerprint text NOT NULL,
  result jsonb,
  at timestamptz NOT NULL
);
CREATE INDEX command_log_at ON es.command_log USING brin (at);

CREATE TABLE es.snapshot (
  stream_id uuid NOT NULL,
  key uuid NOT NULL,
  state_version int NOT NULL,
  version int NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (stream_id, state_version)
);
CREATE INDEX snapshot_key ON es.snapshot (key);

CREATE TABLE es.tombstone (
  key uuid PRIMARY KEY,
  buried_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION es.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are facts: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON es.event
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER tombstone_is_permanent BEFORE UPDATE OR DELETE OR TRUNCATE ON es.tombstone
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON es.event, es.tombstone FROM PUBLIC;

CREATE TYPE es.outcome AS (
  no int, status text, command_id uuid, stream_id uuid, version int, lane smallint, "position" bigint, fingerprint text, result jsonb
);

CREATE FUNCTION es.append(
  p_locks smallint[], p_command uuid[], p_stream uuid[], p_category text[], p_key uuid[], p_lane smallint[], p_expected int[], p_count int[],
  p_fingerprint text[], p_result text[],
  e_command int[], e_nth int[], e_event uuid[], e_type text[], e_schema smallint[], e_data text[], e_meta text[], e_occurred timestamptz[]
) RETURNS SETOF es.outcome LANGUAGE plpgsql VOLATILE
-- The plan is made once, maybe on empty tables, and kept: only index probes stay right as they grow.
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  heads bigint[];
  times timestamptz[];
BEGIN
  PERFORM pg_advisory_xact_lock(${String(LANE_LOCK)}, l) FROM unnest(p_locks) l;
  SELECT array_agg(coalesce(e.position, 0) ORDER BY x), array_agg(greatest(clock_timestamp(), e.recorded_at) ORDER BY x) INTO heads, times
    FROM generate_series(0, ${String(LANES - 1)}) x
    LEFT JOIN LATERAL (SELECT v.position, v.recorded_at FROM es.event v WHERE v.lane = x ORDER BY v.position DESC LIMIT 1) e ON true;
  RETURN QUERY
  WITH command AS MATERIALIZED (
    SELECT c.*, coalesce(s.version, 0) AS actual,
      CASE
        WHEN g.command_id IS NOT NULL THEN 'repeated'
        WHEN EXISTS (SELECT FROM es.tombstone t WHERE t.key = c.key) THEN 'gone'
        WHEN c.expected >= 0 AND c.expected <> coalesce(s.version, 0) THEN 'conflict'
        ELSE 'appended'
      END AS status,
      g.stream_id AS g_stream, g.version AS g_version, g.lane AS g_lane, g.position AS g_position,
      g.fingerprint AS g_fingerprint, g.result AS g_result
    FROM unnest(p_command, p_stream, p_category, p_key, p_lane, p_expected, p_count, p_fingerprint, p_result)
      WITH ORDINALITY AS c(command_id, stream_id, category, key, lane, expected, n, fingerprint, result, no)
    LEFT JOIN LATERAL (SELECT v.version FROM es.event v WHERE v.stream_id = c.stream_id ORDER BY v.version DESC LIMIT 1) s ON true
    LEFT JOIN LATERAL (SELECT * FROM es.command_log l WHERE l.command_id = c.command_id LIMIT 1) g ON true
  ), placed AS MATERIALIZED (
    SELECT c.no, c.lane, c.actual,
      CASE WHEN c.status = 'appended' THEN
        heads[c.lane + 1] - c.n + (sum(c.n) FILTER (WHERE c.status = 'appended') OVER (PARTITION BY c.lane ORDER BY c.no))::bigint
      END AS base
    FROM command c
  ), slot AS MATERIALIZED (
    SELECT array_agg(p.base ORDER BY p.no) AS base, array_agg(p.actual ORDER BY p.no) AS actual FROM placed p
  ), events AS (
    INSERT INTO es.event (lane, position, stream_id, version, event_id, category, key, type, schema_version, data, meta, occurred_at, recorded_at)
    SELECT p_lane[e.command], slot.base[e.command] + e.nth, p_stream[e.command], slot.actual[e.command] + e.nth, e.event_id,
      p_category[e.command], p_key[e.command], e.type, e.schema_version, e.data::jsonb, e.meta::jsonb, e.occurred_at, times[p_lane[e.command] + 1]
    FROM slot, unnest(e_command, e_nth, e_event, e_type, e_schema, e_data, e_meta, e_occurred)
      AS e(command, nth, event_id, type, schema_version, data, meta, occurred_at)
    WHERE slot.base[e.command] IS NOT NULL
  ), logged AS (
    INSERT INTO es.command_log (command_id, stream_id, version, lane, position, fingerprint, result, at)
    SELECT c.command_id, c.stream_id, c.actual + c.n, c.lane, slot.base[c.no] + c.n, c.fingerprint, c.result::jsonb, times[c.lane + 1]
    FROM slot, command c WHERE c.status = 'appended' AND c.command_id IS NOT NULL
  )
  SELECT c.no::int, c.status, CASE c.status WHEN 'repeated' THEN c.command_id END, c.g_stream,
    CASE c.status WHEN 'repeated' THEN c.g_version WHEN 'appended' THEN c.actual + c.n ELSE c.actual END,
    coalesce(c.g_lane, c.lane), coalesce(c.g_position, slot.base[c.no] + c.n)::bigint, c.g_fingerprint, c.g_result
  FROM slot, command c ORDER BY c.no;
END $$;

CREATE FUNCTION es.append_all(
  p_locks smallint[], p_command uuid[], p_stream uuid[], p_key uuid[], p_expected int[],
  e_lane smallint[], e_offset int[], e_stream uuid[], e_version int[], e_event uuid[], e_category text[], e_key uuid[], e_type text[],
  e_schema smallint[], e_data text[], e_meta text[], e_occurred timestamptz[],
  l_command uuid[], l_stream uuid[], l_version int[], l_lane smallint[], l_offset int[], l_fingerprint text[], l_result text[]
) RETURNS bigint[] LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  heads bigint[];
  times timestamptz[];
BEGIN
  PERFORM pg_advisory_xact_lock(${String(LANE_LOCK)}, l) FROM unnest(p_locks) l;
  SELECT array_agg(coalesce(e.position, 0) ORDER BY x), array_agg(greatest(clock_timestamp(), e.recorded_at) ORDER BY x) INTO heads, times
    FROM generate_series(0, ${String(LANES - 1)}) x
    LEFT JOIN LATERAL (SELECT v.position, v.recorded_at FROM es.event v WHERE v.lane = x ORDER BY v.position DESC LIMIT 1) e ON true;
  IF EXISTS (
    SELECT FROM unnest(p_command, p_stream, p_key, p_expected) AS c(command_id, stream_id, key, expected)
    LEFT JOIN LATERAL (SELECT v.version FROM es.event v WHERE v.stream_id = c.stream_id ORDER BY v.version DESC LIMIT 1) s ON true
    WHERE coalesce(s.version, 0) <> c.expected
      OR EXISTS (SELECT FROM es.command_log g WHERE g.command_id = c.command_id)
      OR EXISTS (SELECT FROM es.tombstone t WHERE t.key = c.key)
  ) THEN
    RETURN NULL;
  END IF;
  INSERT INTO es.event (lane, position, stream_id, version, event_id, category, key, type, schema_version, data, meta, occurred_at, recorded_at)
    SELECT e.lane, heads[e.lane + 1] + e.nth, e.stream_id, e.version, e.event_id, e.category, e.key, e.type, e.schema_version,
      e.data::jsonb, e.meta::jsonb, e.occurred_at, times[e.lane + 1]
    FROM unnest(e_lane, e_offset, e_stream, e_version, e_event, e_category, e_key, e_type, e_schema, e_data, e_meta, e_occurred)
      AS e(lane, nth, stream_id, version, event_id, category, key, type, schema_version, data, meta, occurred_at);
  IF cardinality(l_command) > 0 THEN
    INSERT INTO es.command_log (command_id, stream_id, version, lane, position, fingerprint, result, at)
      SELECT l.command_id, l.stream_id, l.version, l.lane, heads[l.lane + 1] + l.nth, l.fingerprint, l.result::jsonb, times[l.lane + 1]
      FROM unnest(l_command, l_stream, l_version, l_lane, l_offset, l_fingerprint, l_result)
        AS l(command_id, stream_id, version, lane, nth, fingerprint, result);
  END IF;
  RETURN heads;
END $$;

CREATE FUNCTION es.append_one(
  p_command uuid, p_stream uuid, p_category text, p_key uuid, p_lane smallint, p_expected int,
  p_fingerprint text, p_result jsonb, e_event uuid, e_type text, e_schema smallint, e_data jsonb, e_meta jsonb, e_occurred timestamptz
) RETURNS es.outcome LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  o es.outcome;
  actual int;
  head bigint;
  now_ timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(${String(LANE_LOCK)}, p_lane);
  IF p_command IS NOT NULL THEN
    SELECT 1, 'repeated', g.command_id, g.stream_id, g.version, g.lane, g.position, g.fingerprint, g.result INTO o
      FROM es.command_log g WHERE g.command_id = p_command;
    IF FOUND THEN RETURN o; END IF;
  END IF;
  SELECT v.version INTO actual FROM es.event v WHERE v.stream_id = p_stream ORDER BY v.version DESC LIMIT 1;
  actual := coalesce(actual, 0);
  o := (1, 'appended', p_command, p_stream, actual + 1, p_lane, 0, p_fingerprint, p_result);
  IF EXISTS (SELECT FROM es.tombstone t WHERE t.key = p_key) THEN o.status := 'gone'; RETURN o; END IF;
  IF p_expected >= 0 AND p_expected <> actual THEN o.status := 'conflict'; o.version := actual; RETURN o; END IF;
  SELECT v.position, v.recorded_at INTO head, now_ FROM es.event v WHERE v.lane = p_lane ORDER BY v.position DESC LIMIT 1;
  o.position := coalesce(head, 0) + 1;
  now_ := greatest(clock_timestamp(), now_);
  INSERT INTO es.event (lane, position, stream_id, version, event_id, category, key, type, schema_version, data, meta, occurred_at, recorded_at)
    VALUES (p_lane, o.position, p_stream, o.version, e_event, p_category, p_key, e_type, e_schema, e_data, e_meta, e_occurred, now_);
  IF p_command IS NOT NULL THEN
    INSERT INTO es.command_log (command_id, stream_id, version, lane, position, fingerprint, result, at)
      VALUES (p_command, p_stream, o.version, p_lane, o.position, p_fingerprint, p_result, now_);
  END IF;
  RETURN o;
END $$;

CREATE FUNCTION es.bury(p_key uuid, p_lane smallint) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${String(LANE_LOCK)}, p_lane);
  INSERT INTO es.tombstone (key) VALUES (p_key) ON CONFLICT DO NOTHING;
  DELETE FROM es.snapshot WHERE key = p_key;
END $$;
`;

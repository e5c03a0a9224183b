/**
 * The consumer runtime's schema, for a migration of every service. Events are kept by reference only (source, lane, position):
 * they can be read from the feed again, and nothing personal comes to rest here.
 */
export const BUS_SCHEMA = /* sql */ `
CREATE SCHEMA bus;
CREATE SCHEMA IF NOT EXISTS rm;

CREATE TABLE bus.consumer (
  consumer text PRIMARY KEY,
  version int NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE bus.cursor (
  consumer text NOT NULL,
  source text NOT NULL,
  incarnation text NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, source, lane)
) WITH (fillfactor = 50);

CREATE TABLE bus.waiting (
  consumer text NOT NULL,
  source text NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  event_id text NOT NULL,
  key text NOT NULL,
  needs text NOT NULL,
  tries int NOT NULL DEFAULT 0,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at timestamptz NOT NULL,
  PRIMARY KEY (consumer, source, lane, position)
);
CREATE INDEX waiting_needs ON bus.waiting (consumer, needs);
CREATE INDEX waiting_key ON bus.waiting (consumer, source, key);
CREATE INDEX waiting_due ON bus.waiting (due_at);

CREATE TABLE bus.parked_key (
  consumer text NOT NULL,
  source text NOT NULL,
  key text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, source, key)
);
CREATE INDEX parked_key_key ON bus.parked_key (key);

CREATE TABLE bus.parked_event (
  consumer text NOT NULL,
  source text NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  event_id text NOT NULL,
  key text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, source, lane, position)
);
CREATE INDEX parked_event_key ON bus.parked_event (consumer, source, key);

CREATE TABLE bus.dead_letter (
  id uuid PRIMARY KEY,
  consumer text NOT NULL,
  source text NOT NULL,
  incarnation text NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  event_id text NOT NULL,
  key text NOT NULL,
  type text NOT NULL,
  error_class text NOT NULL,
  error_code text,
  message text NOT NULL,
  fingerprint text NOT NULL,
  attempts int NOT NULL,
  started_attempts int NOT NULL,
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
  resolved_by text,
  resolved_at timestamptz,
  UNIQUE (consumer, source, incarnation, lane, position)
);
CREATE INDEX dead_letter_open ON bus.dead_letter (consumer, source, key) WHERE status = 'open';
CREATE INDEX dead_letter_key ON bus.dead_letter (key);

CREATE TABLE bus.start (
  consumer text NOT NULL,
  source text NOT NULL,
  positions bigint[] NOT NULL,
  starts int NOT NULL,
  PRIMARY KEY (consumer, source)
);

CREATE TABLE bus.started_event (
  consumer text NOT NULL,
  source text NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  attempts int NOT NULL,
  PRIMARY KEY (consumer, source, lane, position)
);

CREATE TABLE bus.rebuild (
  projection text PRIMARY KEY,
  version int NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  refused_at timestamptz,
  difference text
);
`;

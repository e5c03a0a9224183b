/** Tables of the HTTP side in schema `platform` of every service's database. May be run again and again. */
export const PLATFORM_SCHEMA = `
CREATE SCHEMA IF NOT EXISTS platform;

CREATE TABLE IF NOT EXISTS platform.api_key (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  secret_hash bytea NOT NULL,
  roles       text[] NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  text NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz
);
CREATE UNIQUE INDEX IF NOT EXISTS api_key_name ON platform.api_key (name) WHERE revoked_at IS NULL;

CREATE TABLE IF NOT EXISTS platform.batch (
  command_id  uuid PRIMARY KEY,
  fingerprint text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS platform.import (
  import_id    uuid PRIMARY KEY,
  noun         text NOT NULL,
  status       text NOT NULL CHECK (status IN ('running', 'done', 'failed', 'aborted')),
  attempt      uuid NOT NULL,
  read         bigint NOT NULL DEFAULT 0,
  accepted     bigint NOT NULL DEFAULT 0,
  duplicates   bigint NOT NULL DEFAULT 0,
  conflicts    bigint NOT NULL DEFAULT 0,
  rejected     bigint NOT NULL DEFAULT 0,
  content_hash text,
  read_after   text,
  started_at   timestamptz NOT NULL DEFAULT now(),
  seen_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS platform.import_reject (
  import_id uuid NOT NULL REFERENCES platform.import ON DELETE CASCADE,
  line      bigint NOT NULL,
  outcome   text NOT NULL CHECK (outcome IN ('rejected', 'conflict')),
  code      text NOT NULL,
  pointer   text NOT NULL,
  PRIMARY KEY (import_id, line)
);
`;

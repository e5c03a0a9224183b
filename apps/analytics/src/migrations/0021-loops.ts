import { sqlMigration } from '@crm/platform';

/** The trace of loops and what results are computed from: rows by (loop, member) and (loop, response), never counters. */
export const loops = sqlMigration(
  21,
  'Loops',
  /* sql */ `
CREATE TABLE rm.campaign (
  campaign_id uuid PRIMARY KEY,
  plan jsonb NOT NULL,
  approved_at timestamptz,
  paused boolean NOT NULL DEFAULT false,
  closed_at timestamptz
);

CREATE TABLE rm.loop_refresh (
  refresh_id uuid PRIMARY KEY,
  as_of timestamptz NOT NULL,
  facts bigint NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE rm.loop_run (
  run_id uuid PRIMARY KEY,
  customers int NOT NULL,
  at timestamptz NOT NULL
);

CREATE TABLE rm.loop (
  loop_id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  began_at timestamptz NOT NULL,
  origin text,
  as_of timestamptz,
  refresh_id uuid,
  run_ids uuid[],
  defined_at timestamptz,
  selected int,
  suppressed jsonb,
  frozen int,
  frozen_at timestamptz,
  delivered_at timestamptz,
  started_at timestamptz,
  chunks int,
  accepted int,
  rejected int,
  loaded_at timestamptz,
  completed_at timestamptz
);
CREATE INDEX loop_campaign ON rm.loop (campaign_id);

CREATE TABLE rm.loop_member (
  loop_id uuid NOT NULL,
  party_id uuid NOT NULL,
  delivered_at timestamptz,
  arm text,
  rejected text,
  loaded_at timestamptz,
  treatment_id uuid,
  assigned_at timestamptz,
  outcome smallint,
  reason text,
  contacted_at timestamptz,
  settled_at timestamptz,
  PRIMARY KEY (loop_id, party_id)
) WITH (fillfactor = 70);
CREATE INDEX loop_member_party ON rm.loop_member (party_id);

CREATE TABLE rm.loop_response (
  loop_id uuid NOT NULL,
  response_id uuid NOT NULL,
  party_id uuid NOT NULL,
  recorded_at timestamptz,
  class text,
  revenue_minor bigint,
  classified_at timestamptz,
  lane smallint,
  position bigint,
  PRIMARY KEY (loop_id, response_id)
) WITH (fillfactor = 80);

CREATE TABLE rm.heard_response (
  response_id uuid PRIMARY KEY,
  party_id uuid,
  at timestamptz,
  is_order boolean,
  treatment_id uuid,
  heard_at timestamptz,
  recorded_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX heard_response_open ON rm.heard_response (party_id, at) WHERE recorded_at IS NULL;

CREATE TABLE rm.outbound_contact (
  interaction_id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX outbound_contact_party ON rm.outbound_contact (party_id);

CREATE TABLE rm.loop_fact (
  loop_id uuid NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (loop_id, lane)
) WITH (fillfactor = 50);

CREATE TABLE rm.loop_projected (
  loop_id uuid NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (loop_id, lane)
);

CREATE TABLE rm.campaign_result (
  campaign_id uuid NOT NULL,
  version int NOT NULL,
  computed_at timestamptz NOT NULL,
  reason text NOT NULL,
  closed boolean NOT NULL,
  loops jsonb NOT NULL,
  result jsonb NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, version)
);

CREATE TABLE rm.result_publication (
  campaign_id uuid NOT NULL,
  version int NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, version)
);

CREATE TABLE rm.result_view (
  campaign_id uuid NOT NULL,
  version int NOT NULL,
  viewer text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, version, viewer)
);
`,
);

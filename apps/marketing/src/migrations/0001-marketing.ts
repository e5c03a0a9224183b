import { sqlMigration } from '@crm/platform';

/**
 * `rm`: read models, rebuilt from events. `app`: what decisions and effects of this service are guarded by and looked up in;
 * only ever added to by statements that may be repeated, and never rebuilt.
 */
export const marketing = sqlMigration(
  1,
  'Marketing',
  /* sql */ `
CREATE TABLE rm.campaign (
  campaign_id uuid PRIMARY KEY,
  status text NOT NULL,
  started boolean NOT NULL DEFAULT false,
  plan jsonb NOT NULL,
  planned_at timestamptz NOT NULL,
  version int NOT NULL
);
CREATE TABLE rm.campaign_result (
  campaign_id uuid PRIMARY KEY,
  version int NOT NULL,
  verdicts jsonb NOT NULL,
  published_at timestamptz NOT NULL
);

CREATE TABLE rm.wave (
  wave_id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  origin text NOT NULL,
  first_loaded_at timestamptz NOT NULL,
  loaded jsonb,
  started_at timestamptz,
  completed_at timestamptz,
  version int NOT NULL DEFAULT 0
);
CREATE INDEX wave_campaign ON rm.wave (campaign_id);
CREATE TABLE rm.wave_member (
  wave_id uuid NOT NULL,
  party_id uuid NOT NULL,
  arm text NOT NULL,
  rank int,
  chunk int NOT NULL,
  PRIMARY KEY (wave_id, party_id)
);
CREATE INDEX wave_member_party ON rm.wave_member (party_id);
CREATE TABLE rm.wave_rejection (
  wave_id uuid NOT NULL,
  party_id uuid NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (wave_id, party_id)
);

CREATE TABLE rm.treatment (
  treatment_id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  wave_id uuid NOT NULL,
  party_id uuid NOT NULL,
  arm text NOT NULL,
  channel text NOT NULL,
  purpose text NOT NULL,
  assign_to text,
  offer_code text NOT NULL,
  state text NOT NULL,
  version int NOT NULL,
  assigned_at timestamptz NOT NULL,
  waits_until timestamptz,
  settled_at timestamptz,
  reason text
);
CREATE UNIQUE INDEX treatment_member ON rm.treatment (wave_id, party_id) INCLUDE (state);
CREATE INDEX treatment_party ON rm.treatment (party_id);
CREATE INDEX treatment_assigned ON rm.treatment (assigned_at DESC, treatment_id);

CREATE TABLE rm.response (
  response_id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  source text,
  channel text,
  amount jsonb,
  note text,
  matched boolean,
  rule text,
  campaign_id uuid,
  wave_id uuid,
  treatment_id uuid,
  arm text,
  class text,
  class_version int,
  revenue jsonb
);
CREATE INDEX response_party ON rm.response (party_id);
CREATE INDEX response_campaign ON rm.response (campaign_id);
CREATE INDEX response_at ON rm.response (at DESC, response_id);

CREATE SCHEMA app;

CREATE TABLE app.wave_claim (
  campaign_id uuid NOT NULL,
  party_id uuid NOT NULL,
  wave_id uuid NOT NULL,
  PRIMARY KEY (campaign_id, party_id)
);

CREATE TABLE app.wave_window (
  wave_id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  conversion text NOT NULL,
  codes text[] NOT NULL
);
CREATE TABLE app.member (
  party_id uuid NOT NULL,
  wave_id uuid NOT NULL,
  arm text NOT NULL,
  PRIMARY KEY (party_id, wave_id)
);
CREATE TABLE app.heard (
  response_id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  is_order boolean NOT NULL,
  treatment_id uuid,
  source_code text,
  amount_minor bigint,
  currency text
);
CREATE INDEX heard_party ON app.heard (party_id);

CREATE TABLE app.recorder (
  key uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  wave_id uuid NOT NULL,
  party_id uuid NOT NULL,
  arm text NOT NULL,
  offer jsonb NOT NULL,
  at timestamptz NOT NULL
);
`,
);

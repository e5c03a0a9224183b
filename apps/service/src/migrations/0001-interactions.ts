import { sqlMigration } from '@crm/platform';

export const interactions = sqlMigration(
  1,
  'Interactions',
  `CREATE TABLE rm.contact_event (
    source          text NOT NULL,
    vendor_event_id text NOT NULL,
    interaction_id  uuid NOT NULL,
    facts           jsonb NOT NULL,
    PRIMARY KEY (source, vendor_event_id)
  );
  CREATE INDEX contact_event_interaction ON rm.contact_event (interaction_id);

  CREATE TABLE rm.interaction (
    interaction_id uuid PRIMARY KEY,
    source         text NOT NULL,
    contact_id     text NOT NULL,
    party_id       uuid,
    channel        text NOT NULL,
    direction      text NOT NULL,
    status         text NOT NULL,
    started_at     timestamptz NOT NULL,
    answered_at    timestamptz,
    ended_at       timestamptz,
    outcome        text,
    treatment_id   uuid,
    agent_id       text,
    queue          text,
    disposition    text,
    transfers      int NOT NULL
  );
  CREATE INDEX interaction_started_at ON rm.interaction (started_at DESC, interaction_id DESC);
  CREATE INDEX interaction_party ON rm.interaction (party_id, started_at DESC);

  CREATE SCHEMA IF NOT EXISTS app;
  CREATE TABLE app.interaction_party (
    party_id       uuid NOT NULL,
    interaction_id uuid NOT NULL,
    PRIMARY KEY (party_id, interaction_id)
  );`,
);

/** SQL of a migration: the read model of tasks, and what its reactor keeps about campaigns. */
export const TASK_TABLES = /* sql */ `
CREATE TABLE rm.task (
  task_id       uuid PRIMARY KEY,
  treatment_id  uuid NOT NULL,
  campaign_id   uuid NOT NULL,
  wave_id       uuid NOT NULL,
  party_id      uuid NOT NULL,
  arm           text NOT NULL,
  channel       text NOT NULL,
  purpose       text NOT NULL,
  offer_code    text NOT NULL,
  status        text NOT NULL,
  outcome       text,
  tries         int NOT NULL,
  started_by    text,
  assigned_at   timestamptz NOT NULL,
  due_at        timestamptz,
  not_before    timestamptz,
  response_kind text,
  response_note text,
  erased        boolean NOT NULL
);
CREATE INDEX task_open ON rm.task (status, assigned_at, task_id);
CREATE INDEX task_party ON rm.task (party_id);
CREATE TABLE rm.task_erased_party (party_id uuid PRIMARY KEY);

CREATE SCHEMA IF NOT EXISTS app;
CREATE TABLE app.campaign_task (campaign_id uuid NOT NULL, task_id uuid NOT NULL, PRIMARY KEY (campaign_id, task_id));
CREATE TABLE app.task_campaign (campaign_id uuid PRIMARY KEY, state text NOT NULL CHECK (state IN ('running', 'paused', 'closed')));
`;

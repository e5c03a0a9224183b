/** The schema of job intents, for a migration: what has to be done, in the database of the service. The queue can be lost. */
export const JOBS_SCHEMA = /* sql */ `
CREATE SCHEMA jobs;

CREATE TABLE jobs.intent (
  job_id text PRIMARY KEY,
  name text NOT NULL,
  payload jsonb NOT NULL,
  context jsonb NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  last_error_code text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  queued_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX intent_to_queue ON jobs.intent (due_at) WHERE state = 'pending' AND queued_at IS NULL;
CREATE INDEX intent_due ON jobs.intent (due_at) WHERE state = 'pending';
CREATE INDEX intent_failed ON jobs.intent (job_id) WHERE state = 'failed';
`;

/** What finds the jobs that were done long ago, and tells failures from deliveries; for a later migration. */
export const JOBS_PRUNING_SCHEMA = /* sql */ `
CREATE INDEX intent_done ON jobs.intent (finished_at) WHERE state = 'done';
ALTER TABLE jobs.intent ADD COLUMN failures int NOT NULL DEFAULT 0;
`;

import { sqlMigration } from '@crm/platform';

/** Results of model runs: computed once on the mart as it was, and kept, so not read models that could be rebuilt. */
export const scores = sqlMigration(
  3,
  'Scores',
  /* sql */ `
CREATE TABLE app.model_run (
  run_id uuid PRIMARY KEY,
  model text NOT NULL,
  model_version text NOT NULL,
  as_of timestamptz NOT NULL,
  parameters jsonb NOT NULL,
  fit jsonb NOT NULL,
  customers int NOT NULL,
  changed int NOT NULL,
  completed_at timestamptz NOT NULL
);
CREATE INDEX model_run_latest ON app.model_run (model, as_of DESC, completed_at DESC);

CREATE TABLE app.customer_score (
  run_id uuid NOT NULL REFERENCES app.model_run,
  party_id uuid NOT NULL,
  class text NOT NULL,
  score jsonb NOT NULL,
  inputs jsonb NOT NULL,
  changed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run_id, party_id)
);
`,
);

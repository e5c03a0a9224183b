import { sqlMigration } from '@crm/platform';

/** Training sets: built once from the facts as they were known, and kept, so that a model can be fitted again on the same rows. */
export const trainingSets = sqlMigration(
  31,
  'TrainingSets',
  /* sql */ `
CREATE TABLE app.training_set (
  training_set_id uuid PRIMARY KEY,
  predict_at timestamptz NOT NULL,
  horizon_days int NOT NULL,
  outcome text NOT NULL,
  features text[] NOT NULL,
  basis text NOT NULL,
  known_at timestamptz,
  customers int NOT NULL,
  positives int NOT NULL,
  facts_used bigint NOT NULL,
  facts_late bigint NOT NULL
);

CREATE TABLE app.training_row (
  training_set_id uuid NOT NULL REFERENCES app.training_set,
  party_id uuid NOT NULL,
  features jsonb NOT NULL,
  outcome boolean NOT NULL,
  PRIMARY KEY (training_set_id, party_id)
);
`,
);

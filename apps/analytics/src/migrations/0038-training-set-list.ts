import { sqlMigration } from '@crm/platform';

/** Every training set that was asked for, also those that are not built or cannot be. */
export const trainingSetList = sqlMigration(
  38,
  'TrainingSetList',
  /* sql */ `
CREATE TABLE rm.training_set (
  training_set_id uuid PRIMARY KEY,
  predict_at timestamptz NOT NULL,
  horizon_days int NOT NULL,
  outcome text NOT NULL,
  features jsonb NOT NULL,
  requested_at timestamptz NOT NULL,
  status text NOT NULL,
  basis text,
  customers int
);
CREATE INDEX training_set_newest ON rm.training_set (requested_at DESC, training_set_id);
`,
);

import { sqlMigration } from '@crm/platform';

/** What came out when two runs were compared. Runs never change, so that both of them say which holdout it was. */
export const modelComparisons = sqlMigration(
  37,
  'ModelComparisons',
  /* sql */ `
CREATE TABLE app.model_comparison (
  champion uuid NOT NULL REFERENCES app.model_run,
  challenger uuid NOT NULL REFERENCES app.model_run,
  result jsonb NOT NULL,
  compared_at timestamptz NOT NULL,
  PRIMARY KEY (champion, challenger)
);
`,
);

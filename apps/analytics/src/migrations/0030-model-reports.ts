import { sqlMigration } from '@crm/platform';

/** What model runs found out beside scores: kept with the run, like its scores, and never changed. */
export const modelReports = sqlMigration(
  30,
  'ModelReports',
  /* sql */ `
CREATE TABLE app.model_report (
  run_id uuid PRIMARY KEY REFERENCES app.model_run,
  report jsonb NOT NULL,
  warnings jsonb NOT NULL
);

CREATE TABLE app.model_plot (
  run_id uuid NOT NULL REFERENCES app.model_run,
  name text NOT NULL,
  number smallint NOT NULL,
  svg text NOT NULL,
  PRIMARY KEY (run_id, name)
);

CREATE TABLE app.model_row (
  run_id uuid NOT NULL REFERENCES app.model_run,
  number int NOT NULL,
  found jsonb NOT NULL,
  PRIMARY KEY (run_id, number)
);
`,
);

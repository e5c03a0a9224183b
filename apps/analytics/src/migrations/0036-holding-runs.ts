import { sqlMigration } from '@crm/platform';

/** The run that holds is asked for all the time: one entry of an index says which, however many runs there are. */
export const holdingRuns = sqlMigration(
  36,
  'HoldingRuns',
  /* sql */ `
CREATE INDEX model_run_newest ON app.model_run (model, as_of DESC, completed_at DESC, run_id DESC);
CREATE INDEX model_run_newest_of_version ON app.model_run (model, model_version, as_of DESC, completed_at DESC, run_id DESC);
DROP INDEX app.model_run_latest;
`,
);

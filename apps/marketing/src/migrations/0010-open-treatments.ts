import { sqlMigration } from '@crm/platform';

/** How many treatments are open or without a known outcome is asked all the time; all others are most of the table. */
export const openTreatments = sqlMigration(
  10,
  'OpenTreatments',
  /* sql */ `
CREATE INDEX treatment_open ON rm.treatment (state) WHERE state NOT IN ('presented', 'skipped');
`,
);

import { sqlMigration } from '@crm/platform';

/** Whether somebody chose the basis of a training set, or the facts did. */
export const askedBasis = sqlMigration(
  35,
  'AskedBasis',
  /* sql */ `
ALTER TABLE app.training_set ADD COLUMN basis_asked boolean NOT NULL DEFAULT false;
`,
);

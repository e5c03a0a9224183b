import { sqlMigration } from '@crm/platform';

/** What a response was called where it came from, and why something of it was not counted. */
export const responseOrigin = sqlMigration(
  11,
  'ResponseOrigin',
  /* sql */ `
ALTER TABLE rm.response ADD COLUMN response_ref text, ADD COLUMN source_code text, ADD COLUMN problem text;
`,
);

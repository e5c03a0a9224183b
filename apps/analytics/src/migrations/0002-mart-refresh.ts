import { sqlMigration } from '@crm/platform';

/** How many events of a type a source's own feed holds up to a position: counted once, from where the last check ended. */
export const martRefresh = sqlMigration(
  2,
  'MartRefresh',
  /* sql */ `
CREATE SCHEMA IF NOT EXISTS app;

CREATE TABLE app.source_count (
  service text NOT NULL,
  type text NOT NULL,
  lane smallint NOT NULL,
  incarnation text NOT NULL,
  position bigint NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (service, type, lane)
);
`,
);

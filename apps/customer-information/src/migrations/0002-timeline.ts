import { sqlMigration } from '@crm/platform';

export const timelineTables = sqlMigration(
  2,
  'Timeline',
  `
  CREATE TABLE rm.timeline (
    party_id uuid NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    service text NOT NULL,
    kind text NOT NULL,
    reference jsonb NOT NULL,
    PRIMARY KEY (party_id, event_id)
  );
  CREATE INDEX timeline_newest ON rm.timeline (party_id, at DESC, event_id);
  `,
);

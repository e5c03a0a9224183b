import { sqlMigration } from '@crm/platform';

/** Segments by definition, who is in them as far as it was told, and when each customer has to be looked at again. */
export const segments = sqlMigration(
  4,
  'Segments',
  /* sql */ `
CREATE TABLE rm.segment (
  segment_id uuid PRIMARY KEY,
  name text NOT NULL,
  predicate jsonb NOT NULL,
  defined_at timestamptz NOT NULL
);

CREATE TABLE app.segment_member (
  segment_id uuid NOT NULL,
  party_id uuid NOT NULL,
  entered_at timestamptz NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (segment_id, party_id)
);

CREATE TABLE app.segment_seen (
  segment_id uuid PRIMARY KEY
);

CREATE TABLE app.segment_look (
  party_id uuid PRIMARY KEY,
  facts int NOT NULL,
  basis text NOT NULL,
  look_again date
) WITH (fillfactor = 75);
`,
);

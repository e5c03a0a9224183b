import { sqlMigration } from '@crm/platform';

/** What is noted about memberships and scores and not told yet: written with the note, deleted once it is in the log. */
export const toTell = sqlMigration(
  39,
  'ToTell',
  /* sql */ `
CREATE TABLE app.membership_to_tell (
  segment_id uuid NOT NULL,
  party_id uuid NOT NULL,
  command_id uuid NOT NULL,
  event jsonb NOT NULL,
  PRIMARY KEY (segment_id, party_id)
);

CREATE TABLE app.score_to_tell (
  stream_id uuid PRIMARY KEY,
  model text NOT NULL,
  party_id uuid NOT NULL,
  tells int NOT NULL,
  occurred_at timestamptz NOT NULL,
  data jsonb NOT NULL
);
CREATE INDEX score_to_tell_of_party ON app.score_to_tell (party_id);
CREATE INDEX membership_to_tell_of_party ON app.membership_to_tell (party_id);
`,
);

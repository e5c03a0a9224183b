import { sqlMigration } from '@crm/platform';

export const partyDirectoryTables = sqlMigration(
  1,
  'PartyDirectory',
  `
  CREATE TABLE rm.party_directory (
    party_id uuid PRIMARY KEY,
    kind text NOT NULL,
    party_ref text,
    name text NOT NULL,
    contact_points text,
    birth_date text,
    time_zone text,
    locale text,
    registered_at timestamptz NOT NULL,
    version int NOT NULL
  );
  CREATE INDEX party_directory_newest ON rm.party_directory (registered_at DESC, party_id);

  CREATE TABLE rm.party_index (
    token text NOT NULL,
    party_id uuid NOT NULL,
    PRIMARY KEY (token, party_id)
  );
  CREATE INDEX party_index_party ON rm.party_index (party_id);

  CREATE TABLE rm.party_directory_erased (
    party_id uuid PRIMARY KEY
  );
  `,
);

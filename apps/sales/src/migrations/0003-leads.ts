import { sqlMigration } from '@crm/platform';

export const leads = sqlMigration(
  3,
  'Leads',
  `CREATE TABLE rm.lead (
    lead_id        uuid PRIMARY KEY,
    party_id       uuid NOT NULL,
    source         text NOT NULL,
    status         text NOT NULL,
    opened_at      timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    response_id    uuid,
    interest       text,
    owner_id       text,
    opportunity_id uuid,
    reason         text,
    note           text,
    version        int NOT NULL
  );
  CREATE INDEX lead_opened_at ON rm.lead (opened_at DESC, lead_id DESC);
  CREATE INDEX lead_party ON rm.lead (party_id);

  CREATE TABLE rm.opportunity (
    opportunity_id    uuid PRIMARY KEY,
    party_id          uuid NOT NULL,
    stage             text NOT NULL,
    probability       int NOT NULL,
    opened_at         timestamptz NOT NULL,
    stage_since       timestamptz NOT NULL,
    name              text,
    amount_minor      bigint,
    currency          text,
    expected_close_at timestamptz,
    lead_id           uuid,
    owner_id          text,
    reason            text,
    version           int NOT NULL
  );
  CREATE INDEX opportunity_opened_at ON rm.opportunity (opened_at DESC, opportunity_id DESC);
  CREATE INDEX opportunity_party ON rm.opportunity (party_id);`,
);

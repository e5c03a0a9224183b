import { sqlMigration } from '@crm/platform';

/** What orders consist of, and every contact and case, as their sources told them: one row for each line and each event. */
export const facts = sqlMigration(
  5,
  'Facts',
  /* sql */ `
CREATE TABLE rm.order_line_fact (
  order_id uuid NOT NULL,
  line int NOT NULL,
  sku text NOT NULL,
  quantity numeric NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  party_id uuid NOT NULL,
  local_date date NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE INDEX order_line_fact_party ON rm.order_line_fact (party_id);
CREATE INDEX order_line_fact_sku ON rm.order_line_fact (sku, local_date);

CREATE TABLE rm.contact_fact (
  contact_id uuid NOT NULL,
  told_by text NOT NULL,
  party_id uuid NOT NULL,
  channel text,
  direction text NOT NULL,
  at timestamptz NOT NULL,
  ended_at timestamptz,
  outcome text,
  treatment_id uuid,
  campaign_id uuid,
  loop_id uuid,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (contact_id, told_by)
);
CREATE INDEX contact_fact_party ON rm.contact_fact (party_id);
CREATE INDEX contact_fact_at ON rm.contact_fact (at);

CREATE TABLE rm.case_fact (
  case_id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  kind text NOT NULL,
  priority text NOT NULL,
  channel text NOT NULL,
  opened_at timestamptz NOT NULL,
  lane smallint NOT NULL,
  position bigint NOT NULL
);
CREATE INDEX case_fact_party ON rm.case_fact (party_id);
CREATE INDEX case_fact_opened ON rm.case_fact (opened_at);
`,
);

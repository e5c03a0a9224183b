import { sqlMigration } from '@crm/platform';

/** Facts as the sources told them, purchase days as the unit that features are folded from, and the features of the present. */
export const warehouse = sqlMigration(
  1,
  'Warehouse',
  /* sql */ `
CREATE TABLE rm.order_fact (
  order_id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  ordered_at timestamptz NOT NULL,
  local_date date NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  channel text,
  lane smallint NOT NULL,
  position bigint NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX order_fact_party ON rm.order_fact (party_id);

CREATE TABLE rm.purchase_day (
  party_id uuid NOT NULL,
  day date NOT NULL,
  orders int NOT NULL,
  purchases int NOT NULL,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  first_at timestamptz,
  last_at timestamptz,
  PRIMARY KEY (party_id, day)
) WITH (fillfactor = 80);

CREATE TABLE rm.customer_feature (
  party_id uuid PRIMARY KEY,
  orders int NOT NULL,
  occasions int NOT NULL,
  first_day date,
  last_day date,
  first_at timestamptz,
  last_at timestamptz,
  revenue_minor bigint NOT NULL,
  repeat_minor bigint NOT NULL,
  currency text NOT NULL
) WITH (fillfactor = 75);
`,
);

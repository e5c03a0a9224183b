import { sqlMigration } from '@crm/platform';

export const orders = sqlMigration(
  1,
  'Orders',
  `CREATE TABLE rm.orders (
    order_id     uuid PRIMARY KEY,
    order_ref    text NOT NULL,
    party_id     uuid NOT NULL,
    ordered_at   timestamptz NOT NULL,
    local_date   date NOT NULL,
    amount_minor bigint NOT NULL,
    currency     text NOT NULL,
    lines        jsonb,
    channel      text,
    owner_id     text
  );
  CREATE INDEX orders_ordered_at ON rm.orders (ordered_at DESC, order_id DESC);
  CREATE INDEX orders_party ON rm.orders (party_id, ordered_at DESC);
  CREATE INDEX orders_ref ON rm.orders (order_ref);`,
);

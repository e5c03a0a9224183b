/**
 * The relay's schema, for a migration of every service: how far each lane is on the broker. `next_offset` is the end of the
 * partition after the last acknowledged event; a partition that ends before it has lost something.
 */
export const RELAY_SCHEMA = /* sql */ `
CREATE SCHEMA IF NOT EXISTS bus;

CREATE TABLE bus.relay (
  lane smallint PRIMARY KEY,
  incarnation text NOT NULL,
  position bigint NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
`;

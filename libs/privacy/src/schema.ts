/** The schema of subject keys, for a migration. A destroyed key leaves its row, so that it can never be made again. */
export const PRIVACY_SCHEMA = /* sql */ `
CREATE SCHEMA pii;

CREATE TABLE pii.subject_key (
  subject_id uuid PRIMARY KEY,
  wrapped bytea,
  kek_id text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  destroyed_at timestamptz,
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
  CHECK (wrapped IS NULL OR kek_id IS NOT NULL)
);

-- What an erasure destroyed, written with it: a receipt stays right when the erasure is repeated after a crash.
CREATE TABLE pii.destroyed (
  subject_id uuid NOT NULL,
  contributor text NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (subject_id, contributor)
);

CREATE FUNCTION pii.keep_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.destroyed_at IS NOT NULL THEN
    RAISE EXCEPTION 'a destroyed key stays destroyed: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER tombstone_is_permanent BEFORE UPDATE OR DELETE ON pii.subject_key
  FOR EACH ROW EXECUTE FUNCTION pii.keep_tombstone();
`;

import { sqlMigration } from '@crm/platform';

/** Frozen lists: written once with the values that were seen, so not read models that could be rebuilt. */
export const targetLists = sqlMigration(
  20,
  'TargetLists',
  /* sql */ `
CREATE TABLE app.target_list (
  target_list_id uuid PRIMARY KEY,
  campaign_id uuid NOT NULL,
  selected int NOT NULL,
  suppressed jsonb NOT NULL,
  frozen int NOT NULL,
  content_hash text NOT NULL
);
CREATE INDEX target_list_campaign ON app.target_list (campaign_id);

CREATE TABLE app.target_list_member (
  target_list_id uuid NOT NULL,
  rank int NOT NULL,
  party_id uuid NOT NULL,
  evidence jsonb NOT NULL,
  PRIMARY KEY (target_list_id, rank)
);

CREATE TRIGGER target_list_is_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON app.target_list
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER target_list_member_is_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON app.target_list_member
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
`,
);

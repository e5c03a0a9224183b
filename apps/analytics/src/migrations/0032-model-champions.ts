import { sqlMigration } from '@crm/platform';

/** Every promotion of a run to champion of its model; the newest one holds. */
export const modelChampions = sqlMigration(
  32,
  'ModelChampions',
  /* sql */ `
CREATE TABLE rm.model_champion (
  event_id uuid PRIMARY KEY,
  model text NOT NULL,
  number int NOT NULL,
  run_id uuid NOT NULL,
  model_version text NOT NULL,
  promoted_at timestamptz NOT NULL,
  promoted_by text NOT NULL,
  reason text
);
CREATE INDEX model_champion_newest ON rm.model_champion (model, number DESC);
`,
);

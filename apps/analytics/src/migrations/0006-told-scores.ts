import { sqlMigration } from '@crm/platform';

/**
 * Which class of a score was told of a customer last, by a run or by a look in between; no class: it has to be told again.
 * Begins with what the runs until now have told.
 */
export const toldScores = sqlMigration(
  6,
  'ToldScores',
  /* sql */ `
CREATE TABLE app.told_score (
  model text NOT NULL,
  party_id uuid NOT NULL,
  class text,
  tells int NOT NULL,
  PRIMARY KEY (model, party_id)
) WITH (fillfactor = 75);

INSERT INTO app.told_score (model, party_id, class, tells)
SELECT DISTINCT ON (s.party_id) r.model, s.party_id, s.class, 1
FROM app.customer_score s JOIN app.model_run r USING (run_id)
WHERE r.model = 'rfm' AND s.changed
ORDER BY s.party_id, r.completed_at DESC, r.run_id DESC;
`,
);

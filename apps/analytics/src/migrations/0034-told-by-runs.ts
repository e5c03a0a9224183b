import { sqlMigration } from '@crm/platform';

/**
 * What was told last is known of every model whose runs tell, and a run knows whether it does. Of a model that was promoted
 * before this, nobody knows what was told of whom: it is told again once.
 */
export const toldByRuns = sqlMigration(
  34,
  'ToldByRuns',
  /* sql */ `
ALTER TABLE app.model_run ADD COLUMN tells boolean;

INSERT INTO app.told_score (model, party_id, class, tells)
SELECT DISTINCT ON (r.model, s.party_id) r.model, s.party_id, s.class, 1
FROM app.customer_score s JOIN app.model_run r USING (run_id)
WHERE r.model <> 'rfm' AND s.changed AND NOT EXISTS (SELECT FROM rm.model_champion c WHERE c.model = r.model)
ORDER BY r.model, s.party_id, r.completed_at DESC, r.run_id DESC
ON CONFLICT DO NOTHING;
`,
);

import { sqlMigration } from '@crm/platform';

/**
 * Gives the runs until now the versions that `versionOfRun` gives the new ones: they told definitions apart, but not
 * parameters. What was promoted is the version of the run, so that a decision goes on with the runs that it was about.
 */
export const runVersions = sqlMigration(
  33,
  'RunVersions',
  /* sql */ `
WITH usual (model, name, text) AS (VALUES
  ('bg-nbd', 'weeks', '39'),
  ('lifetime-value', 'months', '12'), ('lifetime-value', 'monthlyDiscount', '0.01'),
  ('lifetime-value', 'margin', '1'), ('lifetime-value', 'level', '0.95'),
  ('customer-value', 'months', '12'), ('customer-value', 'margin', '1'),
  ('churn', 'horizonDays', '90'), ('churn', 'features', 'occasions+recencyDays+revenue+tenureDays'),
  ('retention', 'silentDays', '90'), ('retention', 'monthlyDiscount', '0.01'),
  ('dormancy', 'days', '180'),
  ('association', 'support', '0.001'), ('association', 'confidence', '0.5'),
  ('association', 'mostItems', '10'), ('association', 'basket', 'order'),
  ('product', 'a', '0.8'), ('product', 'b', '0.95')
), setting AS (
  SELECT r.run_id, r.model, s.name, s.value #>> '{}' AS text FROM app.model_run r, LATERAL jsonb_each(r.parameters - 'variant') s(name, value)
  WHERE r.model <> 'churn'
  UNION ALL
  SELECT run_id, model, 'horizonDays', fit->'origin'->>'horizonDays' FROM app.model_run WHERE model = 'churn'
  UNION ALL
  SELECT r.run_id, r.model, 'features', string_agg(f->>'name', '+' ORDER BY f->>'name' COLLATE "C")
  FROM app.model_run r, LATERAL jsonb_array_elements(r.fit->'encoding'->'features') f WHERE r.model = 'churn' GROUP BY r.run_id
), label AS (
  SELECT s.run_id, string_agg(s.name || '=' || s.text, ',' ORDER BY s.name COLLATE "C") AS text
  FROM setting s LEFT JOIN usual u USING (model, name) WHERE s.text IS NOT NULL AND s.text IS DISTINCT FROM u.text GROUP BY s.run_id
)
UPDATE app.model_run r SET model_version = r.model_version || '/' || CASE
  WHEN length(l.text) <= 40 THEN l.text ELSE left(encode(sha256(convert_to(l.text, 'UTF8')), 'hex'), 8) END
FROM label l WHERE l.run_id = r.run_id;
`,
);

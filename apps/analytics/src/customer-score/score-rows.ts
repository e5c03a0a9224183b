import type pg from 'pg';
import type { Score } from '../model-run/model.js';
import type { ScoreRun } from './score-runs.js';

const CHUNK = 5_000;

const ADD_RUN = `INSERT INTO app.model_run (run_id, model, model_version, as_of, parameters, fit, customers, changed, completed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING`;
const ADD_SCORES = `INSERT INTO app.customer_score (run_id, party_id, class, score, inputs)
  SELECT $1, s.party_id, s.class, s.score::jsonb, s.inputs::jsonb
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS s(party_id, class, score, inputs) ORDER BY s.party_id`;
// The run before this one in business time is what its scores are news against.
const MARK_CHANGED = `WITH prior AS (
    SELECT run_id FROM app.model_run WHERE model = $2 AND run_id <> $1 AND as_of <= $3
    ORDER BY as_of DESC, completed_at DESC, run_id DESC LIMIT 1
  ), marked AS (
    UPDATE app.customer_score s SET changed = true WHERE s.run_id = $1 AND NOT EXISTS (
      SELECT FROM app.customer_score p, prior WHERE p.run_id = prior.run_id AND p.party_id = s.party_id AND p.class = s.class)
    RETURNING 1
  ) UPDATE app.model_run SET changed = (SELECT count(*) FROM marked) WHERE run_id = $1`;
const CHANGED = `SELECT party_id AS "partyId", score AS values FROM app.customer_score
  WHERE run_id = $1 AND changed AND ($2::uuid IS NULL OR party_id > $2) ORDER BY party_id LIMIT $3`;

export type RunToKeep = Omit<ScoreRun, 'customers' | 'changed'> & { readonly completedAt: string };

/** Writes a run and all of its scores; does nothing when another delivery of the job has written them. */
export async function keepScores(tx: pg.ClientBase, run: RunToKeep, scores: readonly Score[]): Promise<void> {
  const { runId, model, modelVersion, asOf, parameters, fit, completedAt } = run;
  const about = [
    runId,
    model,
    modelVersion,
    asOf,
    JSON.stringify(parameters),
    JSON.stringify(fit),
    scores.length,
    completedAt,
  ];
  if ((await tx.query(ADD_RUN, about)).rowCount === 0) return;
  for (let from = 0; from < scores.length; from += CHUNK) {
    const chunk = scores.slice(from, from + CHUNK);
    await tx.query(ADD_SCORES, [
      runId,
      chunk.map(({ partyId }) => partyId),
      chunk.map((score) => score.class),
      chunk.map(({ values }) => JSON.stringify(values)),
      chunk.map(({ inputs }) => JSON.stringify(inputs)),
    ]);
  }
  await tx.query(MARK_CHANGED, [runId, model, asOf]);
}

export interface ChangedScore {
  readonly partyId: string;
  readonly values: Score['values'];
}

/** Scores of a run that are of another class than the customer's previous one, in pages. */
export async function* changedScores(
  pool: pg.Pool,
  runId: string,
  page: number,
): AsyncGenerator<readonly ChangedScore[]> {
  let after: string | null = null;
  for (;;) {
    const { rows }: { rows: ChangedScore[] } = await pool.query<ChangedScore>(CHANGED, [runId, after, page]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return;
    after = last.partyId;
  }
}

import type pg from 'pg';
import type { Score } from '../model-run/model.js';
import { runHolding, type ScoreRun } from './score-runs.js';

const CHUNK = 5_000;

const ADD_RUN = `INSERT INTO app.model_run (run_id, model, model_version, as_of, parameters, fit, customers, changed, completed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT DO NOTHING`;
const ADD_SCORES = `INSERT INTO app.customer_score (run_id, party_id, class, score, inputs)
  SELECT $1, s.party_id, s.class, s.score::jsonb, s.inputs::jsonb
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS s(party_id, class, score, inputs) ORDER BY s.party_id`;
// A challenger tells nobody, but says how many it would move. A model whose scores have no classes tells of no change.
const MARK_CHANGED = `WITH marked AS (
    UPDATE app.customer_score s SET changed = true WHERE s.run_id = $1 AND s.class <> '' AND NOT EXISTS (
      SELECT FROM app.customer_score p WHERE p.run_id = $2 AND p.party_id = s.party_id AND p.class = s.class)
    RETURNING 1
  ) UPDATE app.model_run SET changed = (SELECT count(*) FROM marked), tells = false WHERE run_id = $1`;
// What was told may be the classes of another run than the one that held before: a look between runs, or a promotion.
const MARK_UNTOLD = `WITH marked AS (
    UPDATE app.customer_score s SET changed = true WHERE s.run_id = $1 AND s.class <> '' AND NOT EXISTS (
      SELECT FROM app.told_score t WHERE t.model = $2 AND t.party_id = s.party_id AND t.class = s.class)
    RETURNING 1
  ) UPDATE app.model_run SET changed = (SELECT count(*) FROM marked), tells = true WHERE run_id = $1`;
const NOTE_TOLD = `INSERT INTO app.told_score (model, party_id, class, tells)
  SELECT $2, party_id, class, 1 FROM app.customer_score WHERE run_id = $1 AND changed ORDER BY party_id
  ON CONFLICT (model, party_id) DO UPDATE SET class = excluded.class, tells = told_score.tells + 1`;
const CHANGED = `SELECT party_id AS "partyId", score AS values FROM app.customer_score
  WHERE run_id = $1 AND changed AND ($2::uuid IS NULL OR party_id > $2) ORDER BY party_id LIMIT $3`;

const TELLS = 'SELECT tells FROM app.model_run WHERE run_id = $1';

export type RunToKeep = Omit<ScoreRun, 'customers' | 'changed'> & { readonly completedAt: string };

/** Writes a run and all of its scores; false, and nothing done, when another delivery of the job has written them. */
export async function keepScores(tx: pg.ClientBase, run: RunToKeep, scores: readonly Score[]): Promise<boolean> {
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
  if ((await tx.query(ADD_RUN, about)).rowCount === 0) return false;
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
  if (await isHeld(tx, run)) {
    await tx.query(MARK_UNTOLD, [runId, model]);
    // Whoever tells of customers in other ways must know what this run is going to tell.
    await tx.query(NOTE_TOLD, [runId, model]);
  } else {
    const prior = await runHolding(tx, { model, asOf, besides: runId });
    await tx.query(MARK_CHANGED, [runId, prior?.runId ?? null]);
  }
  return true;
}

/** Whether a run tells of the changes that it marked: decided when it was kept, whatever is promoted meanwhile. */
export async function tellsChanges(pool: pg.Pool, run: ScoreRun): Promise<boolean> {
  const { rows } = await pool.query<{ tells: boolean | null }>(TELLS, [run.runId]);
  return rows[0]?.tells ?? (await isHeld(pool, run));
}

/** Whether the version of a run is the one whose scores hold. */
async function isHeld(
  on: pg.Pool | pg.ClientBase,
  { model, modelVersion, asOf }: Pick<ScoreRun, 'model' | 'modelVersion' | 'asOf'>,
): Promise<boolean> {
  return (await runHolding(on, { model, asOf }))?.modelVersion === modelVersion;
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

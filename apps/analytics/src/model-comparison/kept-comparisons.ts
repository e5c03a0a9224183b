import type pg from 'pg';
import type { ModelComparison } from './model-comparison.query.js';

const DAY_MS = 86_400_000;
const KEPT = 'SELECT result FROM app.model_comparison WHERE champion = $1 AND challenger = $2 AND compared_at > $3';
const KEEP = `INSERT INTO app.model_comparison (champion, challenger, result, compared_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (champion, challenger) DO UPDATE SET result = excluded.result, compared_at = excluded.compared_at`;

/** What two runs were found to be within the last day: facts of the holdout may still arrive, so no result is for ever. */
export async function keptComparison(
  pool: pg.Pool,
  { champion, challenger, now }: { readonly champion: string; readonly challenger: string; readonly now: number },
): Promise<ModelComparison | undefined> {
  const since = new Date(now - DAY_MS).toISOString();
  return (await pool.query<{ result: ModelComparison }>(KEPT, [champion, challenger, since])).rows[0]?.result;
}

export async function keepComparison(pool: pg.Pool, comparison: ModelComparison): Promise<void> {
  const { champion, challenger, comparedAt } = comparison;
  await pool.query(KEEP, [champion.runId, challenger.runId, JSON.stringify(comparison), comparedAt]);
}

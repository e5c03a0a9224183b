import type { Json } from '@crm/event-sourcing';
import { stabilityIndex } from '@crm/customer-models';
import type pg from 'pg';
import { runHolding, type ScoreRun } from '../customer-score/score-runs.js';
import type { Report, Score } from './model.js';

const TENTHS = 10;
const EARLIER = `SELECT i.name, array_agg((s.inputs->>i.name)::float8) AS values
  FROM app.customer_score s CROSS JOIN unnest($2::text[]) AS i(name)
  WHERE s.run_id = $1 AND jsonb_typeof(s.inputs->i.name) = 'number' GROUP BY i.name`;

/**
 * How far the inputs of a run are from those of the run that held before it: the population stability index of each, over the
 * earlier run's tenths. Nothing when there was no run before.
 */
export async function inputDrift(
  pool: pg.Pool,
  { runId, model, asOf }: Pick<ScoreRun, 'runId' | 'model' | 'asOf'>,
  scores: readonly Score[],
): Promise<Report | undefined> {
  const before = await runHolding(pool, { model, asOf, besides: runId });
  const names = numbersIn(scores);
  if (before === undefined || names.length === 0) return undefined;
  const { rows } = await pool.query<{ name: string; values: readonly number[] }>(EARLIER, [before.runId, names]);
  const inputs = names.flatMap((name): readonly Json[] => {
    const earlier = rows.find((row) => row.name === name)?.values ?? [];
    const now = scores.map((score) => score.inputs[name]).filter((value) => typeof value === 'number');
    return earlier.length === 0 ? [] : [{ input: name, psi: stabilityIndex(TENTHS, earlier, now) }];
  });
  return { against: before.runId, againstAsOf: before.asOf, inputs };
}

function numbersIn(scores: readonly Score[]): readonly string[] {
  const names = Object.keys(scores[0]?.inputs ?? {});
  return names.filter((name) => scores.some(({ inputs }) => typeof inputs[name] === 'number'));
}

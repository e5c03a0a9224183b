import { featuresAt, type FeatureTime } from '../customer-features/features-at.js';
import type { ScoringModel } from '../model-run/model.js';
import { liveEdgesOf, liveRfm } from './live-rfm.js';
import type { ScoreRun } from './score-runs.js';
import { scoreColumn } from './score-values.js';

/** Alias of a model's scores beside customers. */
const scoreAlias = (model: string): string => `s_${model.replaceAll('-', '_')}`;

/** The SQL of a value of a score that was joined. */
export const joinedValue = (model: string, value: string): string => `${scoreAlias(model)}."${value}"`;

export interface ScoresToJoin {
  readonly model: ScoringModel;
  /** The run whose scores or edges hold; without one nobody has scores. */
  readonly run: ScoreRun | undefined;
  readonly time: FeatureTime;
}

/**
 * Joins to customers `c`, rows of `featuresAt`, their scores by a model, a column for each value. Those of the present follow
 * the features where the model can (see `liveEdgesOf`), else they are as stored.
 */
export function joinedScores({ model, run, time }: ScoresToJoin): string {
  const alias = scoreAlias(model.name);
  const edges = run === undefined ? undefined : liveEdgesOf(run, time);
  if (edges !== undefined) return ` LEFT JOIN LATERAL ${liveRfm(edges)} ${alias} ON true`;
  return ` LEFT JOIN ${storedScores(model, run)} ${alias} ON ${alias}.party_id = c.party_id`;
}

/** The same scores as a relation of their own: `party_id`, a column for each value, all of them as `score`, and their `inputs`. */
export function scoresOf({ model, run, time }: ScoresToJoin): string {
  const edges = run === undefined ? undefined : liveEdgesOf(run, time);
  if (edges === undefined) return storedScores(model, run);
  return `(SELECT c.party_id, l.* FROM ${featuresAt(time)} c, LATERAL ${liveRfm(edges)} l)`;
}

function storedScores(model: ScoringModel, run: ScoreRun | undefined): string {
  const values = Object.entries(model.values).map(([value, type]) => `${scoreColumn('x', value, type)} AS "${value}"`);
  const ofRun = run === undefined ? 'false' : `x.run_id = '${run.runId}'::uuid`;
  return `(SELECT x.party_id, x.score, x.inputs, ${values.join(', ')} FROM app.customer_score x WHERE ${ofRun})`;
}

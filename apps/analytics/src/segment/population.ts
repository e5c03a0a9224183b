import { featuresAt, type FeatureTime } from '../customer-features/features-at.js';
import type { ScoreRun } from '../customer-score/score-runs.js';
import { scoreAlias, segmentFeature } from './segment-feature.js';

export interface PopulationParts {
  readonly time: FeatureTime;
  /** The runs whose scores hold; a model without one gives no values. */
  readonly runs: readonly Pick<ScoreRun, 'runId' | 'model'>[];
  /** The features that are asked for. */
  readonly features: readonly string[];
  /** Restricts it to some customers: a condition on `d.party_id`. */
  readonly customers?: string;
}

/** The customers with their features (`c`) and the scores that are asked for: what predicates are evaluated over. */
export function population({ time, runs, features, customers }: PopulationParts): string {
  const models = new Set(features.flatMap((name) => segmentFeature(name)?.model ?? []));
  const joins = [...models].map((model) => {
    const run = runs.find((one) => one.model === model);
    const alias = scoreAlias(model);
    const on =
      run === undefined ? 'false' : `${alias}.run_id = '${run.runId}'::uuid AND ${alias}.party_id = c.party_id`;
    return ` LEFT JOIN app.customer_score ${alias} ON ${on}`;
  });
  return `${featuresAt(time, customers)} c${joins.join('')}`;
}

/** The columns of features under their names. */
export function featureColumns(features: readonly string[]): string {
  return [
    'c.party_id AS "partyId"',
    ...features.map((name) => `${segmentFeature(name)?.column ?? 'NULL'} AS "${name}"`),
  ].join(', ');
}

/** The runs that were used: those of the models asked for. */
export function runIdsUsed({ runs, features }: Pick<PopulationParts, 'runs' | 'features'>): readonly string[] {
  const models = new Set(features.flatMap((name) => segmentFeature(name)?.model ?? []));
  return runs.filter(({ model }) => models.has(model)).map(({ runId }) => runId);
}

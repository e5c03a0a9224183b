import { featuresAt, type FeatureTime } from '../customer-features/features-at.js';
import { joinedScores } from '../customer-score/joined-scores.js';
import type { ScoreRun } from '../customer-score/score-runs.js';
import type { ScoringModel } from '../model-run/model.js';
import { modelNamed } from '../model-run/models.js';
import { segmentFeature } from './segment-feature.js';

export interface PopulationParts {
  readonly time: FeatureTime;
  /** The runs whose scores hold; a model without one gives no values. */
  readonly runs: readonly ScoreRun[];
  /** The features that are asked for. */
  readonly features: readonly string[];
  /** Restricts it to some customers: a condition on `d.party_id`. */
  readonly customers?: string;
}

/** The customers with their features (`c`) and the scores that are asked for: what predicates are evaluated over. */
export function population({ time, runs, features, customers }: PopulationParts): string {
  const joins = modelsOf(features).map((model) => {
    const run = runs.find((one) => one.model === model.name);
    return joinedScores({ model, run, time });
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
  const models = modelsOf(features).map(({ name }) => name);
  return runs.filter(({ model }) => models.includes(model)).map(({ runId }) => runId);
}

/** The models whose scores are asked for, once each. */
function modelsOf(features: readonly string[]): readonly ScoringModel[] {
  const names = new Set(features.flatMap((name) => segmentFeature(name)?.model ?? []));
  return [...names].flatMap((name) => modelNamed(name) ?? []);
}

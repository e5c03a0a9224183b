import { FEATURES, type Feature, type FeatureType } from '../customer-features/feature-catalogue.js';
import { joinedValue } from '../customer-score/joined-scores.js';
import { modelNamed } from '../model-run/models.js';

/** What a predicate can ask for: a feature by its name, or a value of a score as `<model>.<value>`. */
export interface SegmentFeature {
  readonly type: FeatureType;
  /** SQL in a population. */
  readonly column: string;
  /** The model whose scores it needs. */
  readonly model?: string;
  readonly growsDaily: boolean;
}

/** The feature of a name; nothing when there is none. */
export function segmentFeature(name: string): SegmentFeature | undefined {
  if (Object.hasOwn(FEATURES, name)) {
    const { column, type, growsDaily = false }: Feature = FEATURES[name as keyof typeof FEATURES];
    return { type, column: `c.${column}`, growsDaily };
  }
  const [modelName = '', value = ''] = name.split('.', 2);
  const model = modelNamed(modelName);
  if (model === undefined || name !== `${modelName}.${value}` || !Object.hasOwn(model.values, value)) return undefined;
  const type = model.values[value];
  return type === undefined
    ? undefined
    : { type, column: joinedValue(modelName, value), model: modelName, growsDaily: false };
}

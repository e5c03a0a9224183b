import { FEATURES, type FeatureName } from './feature-catalogue.js';

/** The features that a model can be trained on: numbers, there for everybody who has bought, but for `meanRepeatValue`. */
export const TRAINING_FEATURES: readonly FeatureName[] = (Object.keys(FEATURES) as readonly FeatureName[]).filter(
  (name) => FEATURES[name].type === 'number',
);

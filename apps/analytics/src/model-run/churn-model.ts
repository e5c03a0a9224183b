import {
  classificationMeasures,
  contributionsByFeature,
  encodedColumns,
  encodeRow,
  fitEncoding,
  fitLogistic,
  logisticContributions,
  scoreLogistic,
  type FeatureEncoding,
  type LogisticModel,
} from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import { TRAINING_FEATURES } from '../customer-features/training-features.js';
import { basisWarnings } from '../training-set/basis-warning.js';
import { KNOWLEDGE_BASES } from '../training-set/training-set.events.js';
import type { Knowledge } from '../training-set/training-rows.js';
import { recordOf } from './fit-record.js';
import type { TrainingRow } from './model-inputs.js';
import { badParameter, choiceParameter, numberParameter, refuseOthers, wordsParameter } from './model-parameters.js';
import type { ModelParameters, ScoringModel } from './model.js';
import { tenthsOf } from './score-tenths.js';

/** Features of which none is a combination of the others. */
const DEFAULT_FEATURES: readonly string[] = ['occasions', 'recencyDays', 'tenureDays', 'revenue'];

/** A trained model as it is kept with its run. */
interface TrainedChurn {
  readonly encoding: FeatureEncoding;
  readonly model: LogisticModel;
}

/** The model that a run of `churn` trained. */
function churnIn(fit: Readonly<Record<string, Json>>): TrainedChurn {
  return { encoding: fit['encoding'], model: fit['parameters'] } as unknown as TrainedChurn;
}

/** What a run learned from, whichever rows those were: a newer training set of the same form makes no other model. */
function trainedOn(fit: Readonly<Record<string, Json>>): ModelParameters {
  const { horizonDays = null, basis = null, basisAsked } = fit['origin'] as Readonly<Record<string, Json>>;
  const features = churnIn(fit).encoding.features.map(({ name }) => name);
  // A basis that the facts chose may be another one with the next refit.
  return { horizonDays, features, ...(basisAsked === true ? { basis } : {}) };
}

/** The chance that a customer buys nothing in the horizon, by a trained model. */
function churnProbability({ encoding, model }: TrainedChurn, features: TrainingRow['features']): number {
  return scoreLogistic(model, encodeRow(encoding, numbersOf(features))).probability;
}

/** Who will not buy in the next `horizonDays`: logistic regression on what came of customers before, tested on later ones. */
export const churnModel: ScoringModel = {
  name: 'churn',
  version: 'logistic.1',
  needs: ['training'],
  values: { probability: 'number' },
  parametersOf(asked) {
    const trainingSetId = asked['trainingSetId'];
    if (trainingSetId !== undefined) {
      refuseOthers(asked, ['trainingSetId']);
      if (typeof trainingSetId !== 'string')
        throw badParameter('trainingSetId', 'wrong-type', 'trainingSetId is the id of a training set');
      return { trainingSetId };
    }
    refuseOthers(asked, ['horizonDays', 'features', 'basis']);
    return {
      horizonDays: numberParameter(asked, 'horizonDays', { otherwise: 90, least: 1, most: 3_650, whole: true }),
      features: wordsParameter(asked, 'features', { among: TRAINING_FEATURES, otherwise: DEFAULT_FEATURES }),
      ...(asked['basis'] === undefined ? {} : { basis: choiceParameter(asked, 'basis', KNOWLEDGE_BASES) }),
    };
  },
  settingsOf: (_, fit) => trainedOn(fit),
  score({ training: { features, train, test, present, origin } }) {
    const rows = train.map((row) => numbersOf(row.features));
    const encoding = fitEncoding(rows, { numbers: features });
    const columns = encodedColumns(encoding);
    const { warnings, parameters, ...rest } = fitLogistic({
      columns: columns.map(({ column }) => column),
      rows: train.map(({ outcome }, i) => ({ outcome, values: encodeRow(encoding, rows[i] ?? {}) })),
    });
    const trained = { encoding, model: parameters };
    const measures = classificationMeasures(
      test.map((row) => ({ outcome: row.outcome, probability: churnProbability(trained, row.features) })),
    );
    const scores = present.map(({ partyId, features: known }) => {
      const values = encodeRow(encoding, numbersOf(known));
      const contributions = contributionsByFeature(logisticContributions(parameters, values), columns);
      return {
        partyId,
        values: { probability: scoreLogistic(parameters, values).probability },
        inputs: { ...known, contributions: contributions.map((one) => ({ ...one })) },
        class: '',
      };
    });
    const report = { origin, test: recordOf(measures), tenths: tenthsOf(scores, 'probability') };
    return {
      fit: recordOf({ parameters, encoding, ...rest, origin, test: { auc: measures.auc, logLoss: measures.logLoss } }),
      scores,
      report,
      warnings: [...basisWarnings(origin as unknown as Omit<Knowledge, 'knownAt'>), ...warnings],
    };
  },
  foretells: {
    holdout: 'outcomes',
    daysOf: ({ fit }) => Number((fit['origin'] as Readonly<Record<string, Json>> | undefined)?.['horizonDays']),
    measure(fit, { outcomes }) {
      const trained = churnIn(fit);
      const { auc, brier, logLoss, topDecileLift } = classificationMeasures(
        outcomes.map(({ outcome, features }) => ({ outcome, probability: churnProbability(trained, features) })),
      );
      return { auc, brier, logLoss, topDecileLift };
    },
    by: { measure: 'logLoss', better: 'smaller' },
  },
  explains: ({ parameters, origin }) => ({ parameters: parameters ?? null, origin: origin ?? null }),
};

/** Who bought once has no mean of repeat purchases: it counts as 0. */
function numbersOf(features: TrainingRow['features']): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(features).map(([name, value]) => [name, value ?? 0]));
}

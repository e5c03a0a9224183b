import type pg from 'pg';
import type { RunToFeed } from '../model-run/load-inputs.js';
import type { TrainingData } from '../model-run/model-inputs.js';
import { InputsMissing } from '../model-run/model.js';
import { storedTrainingSet, type StoredTrainingSet } from './stored-training-set.js';
import type { KnowledgeBasis } from './training-set.events.js';
import { endOfHorizon, featureRows, knowledgeAt, trainingRows } from './training-rows.js';

const MS_PER_DAY = 86_400_000;

/**
 * What a labelled model is trained and tested on, and whom it scores, by the facts up to `asOf`. Without a stored set it is
 * trained on the horizon but one before `asOf`; it is always tested on the last one, which lies after all that it was
 * trained on.
 */
export async function trainingDataAt(tx: pg.ClientBase, { asOf, parameters }: RunToFeed): Promise<TrainingData> {
  const stored = await storedBy(tx, parameters['trainingSetId']);
  const horizonDays = stored?.horizonDays ?? Number(parameters['horizonDays']);
  const features = stored?.features ?? (parameters['features'] as readonly string[]);
  const before = (horizons: number): string =>
    new Date(Date.parse(asOf) - horizons * horizonDays * MS_PER_DAY).toISOString();
  const tested = { predictAt: before(1), horizonDays, outcome: 'churned' as const, features };
  if (stored !== undefined && endOfHorizon(stored) > tested.predictAt) throw new InputsMissing('training-set-too-late');
  const trained = { ...tested, predictAt: stored?.predictAt ?? before(2) };
  const known = stored ?? (await knowledgeAt(tx, { ...trained, ...basisAskedIn(parameters) }));
  const knownAt = (at: string): string | null => (known.basis === 'recorded-time' ? at : null);
  const train = stored?.rows ?? (await trainingRows(tx, { ...trained, knownAt: knownAt(trained.predictAt) }));
  return {
    features,
    train,
    test: await trainingRows(tx, { ...tested, knownAt: knownAt(tested.predictAt) }),
    present: await featureRows(tx, { predictAt: asOf, features, knownAt: knownAt(asOf) }),
    origin: {
      trainingSetId: stored?.trainingSetId ?? null,
      basis: known.basis,
      basisAsked: known.basisAsked,
      factsUsed: known.factsUsed,
      factsLate: known.factsLate,
      horizonDays,
      trainedAt: trained.predictAt,
      testedAt: tested.predictAt,
    },
  };
}

function basisAskedIn({ basis }: RunToFeed['parameters']): { readonly basis?: KnowledgeBasis } {
  return basis === undefined ? {} : { basis: basis as KnowledgeBasis };
}

async function storedBy(tx: pg.ClientBase, id: unknown): Promise<StoredTrainingSet | undefined> {
  if (typeof id !== 'string') return undefined;
  const stored = await storedTrainingSet(tx, id);
  if (stored?.outcome !== 'churned') throw new InputsMissing('training-set-unknown');
  return stored;
}

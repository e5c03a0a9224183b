import { deriveId, inTransaction } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { COMPUTATION_FAILED, unlessGivenUp } from '../give-up.js';
import { builtTrainingSet, keepTrainingSet } from './stored-training-set.js';
import { knowledgeAt, trainingRows } from './training-rows.js';
import { completeTrainingSet, failTrainingSet } from './training-set.decider.js';
import type { TrainingSetRequested } from './training-set.events.js';
import { trainingSetAggregate } from './training-set.js';

export const BUILD_TRAINING_SET = 'build-training-set';

type Context = Pick<ServiceContext, 'store' | 'pool' | 'logger'>;

/** Builds a set once, from one state of the warehouse; a repeated delivery goes on with what the first one wrote. */
export const buildTrainingSet = (context: Context): JobDefinition => ({
  name: BUILD_TRAINING_SET,
  concurrency: 1,
  async handle({ payload: { trainingSetId }, attempt, signal }: Job<{ readonly trainingSetId: string }>) {
    const { store, logger } = context;
    const { state } = await store.read(trainingSetAggregate, trainingSetId);
    if (state.status !== 'running') return;
    const build = (): ReturnType<typeof built> => built(context, state.request);
    const end = await unlessGivenUp({ attempt, signal }, build, (error) => {
      logger.error({ err: error, trainingSetId }, 'a training set was given up');
      return failTrainingSet(COMPUTATION_FAILED);
    });
    const options = { commandId: deriveId('command', BUILD_TRAINING_SET, trainingSetId) };
    await store.transact(trainingSetAggregate, trainingSetId, end, options);
  },
});

async function built(
  { pool }: Context,
  request: TrainingSetRequested['data'],
): Promise<ReturnType<typeof completeTrainingSet | typeof failTrainingSet>> {
  const { trainingSetId } = request;
  await inTransaction(
    pool,
    async (tx) => {
      if ((await builtTrainingSet(tx, trainingSetId)) !== undefined) return;
      const knowledge = await knowledgeAt(tx, request);
      const rows = await trainingRows(tx, { ...request, knownAt: knowledge.knownAt });
      if (rows.length > 0) await keepTrainingSet(tx, request, { knowledge, rows });
    },
    'BEGIN ISOLATION LEVEL REPEATABLE READ',
  );
  const kept = await builtTrainingSet(pool, trainingSetId);
  return kept === undefined ? failTrainingSet('no-customers') : completeTrainingSet(kept);
}

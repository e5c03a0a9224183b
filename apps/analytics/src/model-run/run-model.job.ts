import { ModelDataError } from '@crm/customer-models';
import { deriveId, KeyErased } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { featuresAt } from '../customer-features/features-at.js';
import { changedScores, keepScores, type ChangedScore } from '../customer-score/score-rows.js';
import { runsNamed, type ScoreRun } from '../customer-score/score-runs.js';
import { customerScoreAggregate, scoreChangeId } from '../customer-score/customer-score.js';
import { inTransaction } from '../snapshot.js';
import { completeModelRun, failModelRun } from './model-run.decider.js';
import type { ModelRunRequested } from './model-run.events.js';
import { modelRunAggregate } from './model-run.js';
import type { ModelCustomer, Scoring, ScoringModel } from './model.js';
import { modelNamed } from './models.js';

export const RUN_MODEL = 'run-model';

const CHUNK = 1_000;
const CUSTOMERS = `party_id AS "partyId", occasions, repeat_occasions AS "repeatOccasions", recency_days AS "recencyDays",
  tenure_days AS "tenureDays", frequency_span_days AS "frequencySpanDays", revenue`;

type Context = Pick<ServiceContext, 'store' | 'pool' | 'clock'>;

/**
 * Scores every customer of the mart at the time of the run. The scores are written once, in one transaction; a repeated
 * delivery goes on with what the first one wrote, so that events and scores never disagree.
 */
export const runModel = (context: Context): JobDefinition => ({
  name: RUN_MODEL,
  concurrency: 1,
  async handle({ payload: { runId } }: Job<{ readonly runId: string }>) {
    const { state } = await context.store.read(modelRunAggregate, runId);
    if (state.status !== 'running') return;
    try {
      const run = (await keptRun(context, runId)) ?? (await scoreAll(context, state.request));
      await tellChanges(context, run);
      await context.store.transact(modelRunAggregate, runId, completeModelRun(run), {
        commandId: deriveId('command', RUN_MODEL, runId),
      });
    } catch (error) {
      if (!(error instanceof ModelDataError)) throw error;
      await context.store.transact(modelRunAggregate, runId, failModelRun(error.code));
    }
  },
});

async function keptRun({ pool }: Context, runId: string): Promise<ScoreRun | undefined> {
  return (await runsNamed(pool, [runId]))[0];
}

async function scoreAll(
  context: Context,
  { runId, model: name, asOf, parameters }: ModelRunRequested['data'],
): Promise<ScoreRun> {
  const model = modelNamed(name);
  if (model === undefined) throw new Error(`there is no model ${name}`);
  const { fit, scores } = await scoring(context, model, asOf, parameters);
  const completedAt = new Date(context.clock()).toISOString();
  const run = { runId, model: name, modelVersion: model.version, asOf, parameters, fit, completedAt };
  await inTransaction(context.pool, (tx) => keepScores(tx, run, scores));
  const kept = await keptRun(context, runId);
  if (kept === undefined) throw new Error(`run ${runId} was not kept`);
  return kept;
}

async function scoring(
  { pool, clock }: Context,
  model: ScoringModel,
  asOf: string,
  parameters: ModelRunRequested['data']['parameters'],
): Promise<Scoring> {
  const features = featuresAt({ asOf, now: clock() });
  const { rows } = await pool.query<ModelCustomer>(
    `SELECT ${CUSTOMERS} FROM ${features} c WHERE occasions > 0 ORDER BY party_id`,
  );
  return model.score(rows, parameters);
}

/** One fact for each customer who moved to another class; a fact that is there already is the same one. */
async function tellChanges({ pool, store }: Context, { runId, model, modelVersion, asOf }: ScoreRun): Promise<void> {
  const tell = async ({ partyId, values }: ChangedScore): Promise<void> => {
    const data = { partyId, model, modelVersion, runId, asOf, values };
    const options = { key: partyId, occurredAt: asOf, fingerprint: runId };
    try {
      await store.recordFact(
        customerScoreAggregate,
        scoreChangeId(runId, partyId),
        { type: 'CustomerScoreChanged', data },
        options,
      );
    } catch (error) {
      // Nobody is told anything about an erased customer.
      if (!(error instanceof KeyErased)) throw error;
    }
  };
  for await (const page of changedScores(pool, runId, CHUNK)) await Promise.all(page.map(tell));
}

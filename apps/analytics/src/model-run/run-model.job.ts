import { ModelDataError } from '@crm/customer-models';
import { deriveId, inTransaction } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { rulesInForce } from '../business-rules/rules-in-force.js';
import { changedScores, keepScores, tellsChanges, type ChangedScore } from '../customer-score/score-rows.js';
import { runsNamed, type ScoreRun } from '../customer-score/score-runs.js';
import { scoreChangeId } from '../customer-score/customer-score.js';
import { tellScoreChange } from '../customer-score/tell-score-change.js';
import { COMPUTATION_FAILED, unlessGivenUp } from '../give-up.js';
import { scoreApart } from './compute-apart.js';
import { inputDrift } from './input-drift.js';
import { loadInputs, profitRulesOf } from './load-inputs.js';
import { completeModelRun, failModelRun } from './model-run.decider.js';
import type { ModelRunRequested } from './model-run.events.js';
import { modelRunAggregate } from './model-run.js';
import { InputsMissing, TooMuchFound, type Scoring } from './model.js';
import { modelNamed } from './models.js';
import { keepReport } from './run-report.js';
import { versionOfRun } from './run-version.js';

export const RUN_MODEL = 'run-model';

const CHUNK = 1_000;
/** What lies in the data or in what was asked for, and would be the same next time. */
const PROBLEMS = [ModelDataError, InputsMissing, TooMuchFound] as const;

type Context = Pick<ServiceContext, 'store' | 'pool' | 'clock' | 'logger'>;

/**
 * Scores every customer of the mart at the time of the run. Scores and reports are written once, in one transaction; a repeated
 * delivery goes on with what the first one wrote, so that events and scores never disagree. So a run is given up only before its
 * scores are kept: from then on it holds, and what is left to be told is tried until it is told.
 */
export const runModel = (context: Context): JobDefinition => ({
  name: RUN_MODEL,
  concurrency: 1,
  async handle({ payload: { runId }, attempt, signal }: Job<{ readonly runId: string }>) {
    const { state } = await context.store.read(modelRunAggregate, runId);
    if (state.status !== 'running') return;
    const run = (await keptRun(context, runId)) ?? (await scoredRun(context, state.request, { attempt, signal }));
    if (typeof run === 'string') {
      await context.store.transact(modelRunAggregate, runId, failModelRun(run));
      return;
    }
    await tellChanges(context, run);
    await context.store.transact(modelRunAggregate, runId, completeModelRun(run), {
      commandId: deriveId('command', RUN_MODEL, runId),
    });
  },
});

/** The run with its scores, or the code of the problem that it fails with. */
async function scoredRun(
  context: Context,
  request: ModelRunRequested['data'],
  job: Pick<Job, 'attempt' | 'signal'>,
): Promise<ScoreRun | string> {
  const compute = (): Promise<ScoreRun | string> =>
    scoreAll(context, request, job.signal).catch((error: unknown) => {
      if (PROBLEMS.some((kind) => error instanceof kind)) return (error as { readonly code: string }).code;
      throw error;
    });
  return unlessGivenUp(job, compute, (error) => {
    context.logger.error({ err: error, runId: request.runId }, 'a model run was given up');
    return COMPUTATION_FAILED;
  });
}

async function keptRun({ pool }: Context, runId: string): Promise<ScoreRun | undefined> {
  return (await runsNamed(pool, [runId]))[0];
}

async function scoreAll(
  context: Context,
  { runId, model: name, asOf, parameters }: ModelRunRequested['data'],
  signal: AbortSignal,
): Promise<ScoreRun> {
  const model = modelNamed(name);
  if (model === undefined) throw new Error(`there is no model ${name}`);
  const { pool, clock } = context;
  const rules = profitRulesOf(await rulesInForce(context, asOf));
  const inputs = await loadInputs(pool, model, { asOf, now: clock(), parameters, rules });
  const scoring = await scoreApart({ model: name, inputs, parameters }, signal);
  const modelVersion = versionOfRun(model, { parameters, fit: scoring.fit });
  const completedAt = new Date(clock()).toISOString();
  const run = { runId, model: name, modelVersion, asOf, parameters, fit: scoring.fit, completedAt };
  const drift = await inputDrift(pool, run, scoring.scores);
  await inTransaction(pool, async (tx) => {
    if (await keepScores(tx, run, scoring.scores)) await keepReport(tx, runId, withDrift(scoring, drift));
  });
  const kept = await keptRun(context, runId);
  if (kept === undefined) throw new Error(`run ${runId} was not kept`);
  return kept;
}

const withDrift = ({ report, ...scoring }: Scoring, drift: Scoring['report'] | undefined): Scoring => ({
  ...scoring,
  report: drift === undefined ? report : { ...report, drift },
});

/** One fact for each customer who moved to another class; a fact that is there already is the same one. A challenger tells nobody. */
async function tellChanges(context: Context, run: ScoreRun): Promise<void> {
  const { pool } = context;
  const { runId, model, modelVersion, asOf } = run;
  if (!(await tellsChanges(pool, run))) return;
  const tell = ({ partyId, values }: ChangedScore): Promise<void> => {
    const telling = { streamId: scoreChangeId(runId, partyId), occurredAt: asOf, fingerprint: runId };
    return tellScoreChange(context, telling, { partyId, model, modelVersion, runId, asOf, values });
  };
  for await (const page of changedScores(pool, runId, CHUNK)) await Promise.all(page.map(tell));
}

import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runHolding } from '../customer-score/score-runs.js';
import { runVersions } from '../migrations/0033-run-versions.js';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { modelNamed } from '../model-run/models.js';
import { runModel } from '../model-run/run-model.job.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { clientele } from '../spec-kit/model-customers.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { buildTrainingSet } from '../training-set/build-training-set.job.js';
import { requestTrainingSet } from '../training-set/training-set.decider.js';
import { trainingSetAggregate } from '../training-set/training-set.js';
import { modelChampionsProjection } from './model-champions.projection.js';
import { promoteModelRun } from './model-promotion.decider.js';
import { modelPromotionAggregate, modelPromotionId } from './model-promotion.js';

const [DECEMBER, JANUARY, FEBRUARY] = ['1997-12-27', '1998-01-27', '1998-02-27'].map(
  (date) => `${date}T23:59:59.999Z`,
) as [string, string, string];
const BY_SILENCE = ['recencyDays', 'tenureDays'];
const BY_REVENUE = ['occasions', 'revenue'];

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openAnalytics([modelChampionsProjection]);
  analytics.setClock('1999-01-01T00:00:00Z');
  const placed = clientele(150, '1998-06-30').orders.map((order) => ({
    ...{ customer: order.partyId, ref: order.orderId, date: order.date, amountMinor: order.amount },
  }));
  await project(analytics.pool, orderEvents(placed));
});
afterAll(() => analytics.close());

async function run(model: string, asOf: string, asked: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const runId = deriveId('spec-run', model, asOf, JSON.stringify(asked));
  const parameters = modelNamed(model)?.parametersOf(asked) ?? {};
  await analytics.store.transact(modelRunAggregate, runId, requestModelRun({ runId, model, asOf, parameters }));
  await deliver(runModel(analytics), { runId });
  const { state } = await analytics.store.read(modelRunAggregate, runId);
  expect(state).toMatchObject({ status: 'done' });
  return runId;
}

async function promote(model: string, runId: string): Promise<void> {
  const { state } = await analytics.store.read(modelRunAggregate, runId);
  const modelVersion = state.status === 'done' ? state.outcome.modelVersion : '';
  const decide = promoteModelRun({ model, runId, modelVersion });
  await analytics.store.transact(modelPromotionAggregate, modelPromotionId(model), decide);
  await analytics.runner.idle();
}

async function trainingSet(predictAt: string, features: readonly string[]): Promise<string> {
  const trainingSetId = deriveId('spec-training-set', predictAt, ...features);
  const asked = { trainingSetId, predictAt, horizonDays: 90, outcome: 'churned', features } as const;
  await analytics.store.transact(trainingSetAggregate, trainingSetId, requestTrainingSet(asked));
  await deliver(buildTrainingSet(analytics), { trainingSetId });
  return trainingSetId;
}

const holding = async (model: string, asOf = FEBRUARY): Promise<string | undefined> =>
  (await runHolding(analytics.pool, { model, asOf }))?.runId;

describe('variants of churn', () => {
  let [champion, challenger, refit]: readonly string[] = [];

  it('hold as they come as long as nobody has chosen', async () => {
    champion = await run('churn', DECEMBER, { features: BY_SILENCE });
    expect(await holding('churn')).toBe(champion);
    challenger = await run('churn', DECEMBER, { features: BY_REVENUE });
    expect(await holding('churn')).toBe(challenger);
  });

  it('hold only when they are promoted, once one of them was', async () => {
    await promote('churn', String(champion));
    expect(await holding('churn')).toBe(champion);
    await run('churn', JANUARY, { features: BY_REVENUE });
    await run('churn', JANUARY, { features: BY_SILENCE, horizonDays: 60 });
    expect(await holding('churn')).toBe(champion);
  });

  it('are followed by their own refits, with newer training sets too', async () => {
    refit = await run('churn', JANUARY, { features: [...BY_SILENCE].reverse() });
    expect(await holding('churn')).toBe(refit);
    const trainingSetId = await trainingSet('1997-08-27T23:59:59.999Z', BY_SILENCE);
    const newest = await run('churn', FEBRUARY, { trainingSetId });
    expect(await holding('churn')).toBe(newest);
    expect(await holding('churn', JANUARY)).toBe(refit);
  });

  it('come and go with decisions', async () => {
    await promote('churn', String(challenger));
    expect(await holding('churn', DECEMBER)).toBe(challenger);
    await promote('churn', String(champion));
    expect(await holding('churn', DECEMBER)).toBe(champion);
  });
});

describe('variants of BG/NBD', () => {
  it('that look another number of weeks ahead replace nobody by themselves', async () => {
    const months = await run('bg-nbd', DECEMBER, { weeks: 39 });
    await promote('bg-nbd', months);
    const days = await run('bg-nbd', JANUARY, { weeks: 1 });
    expect(await holding('bg-nbd')).toBe(months);
    const refit = await run('bg-nbd', JANUARY, { weeks: 39 });
    expect(await holding('bg-nbd')).toBe(refit);
    await promote('bg-nbd', days);
    expect(await holding('bg-nbd')).toBe(days);
  });
});

describe('runs from before parameters made versions', () => {
  const versions = async (): Promise<readonly unknown[]> =>
    (await analytics.pool.query<object>('SELECT run_id, model_version FROM app.model_run ORDER BY run_id')).rows;

  it('get the same versions as new ones', async () => {
    for (const asked of [{ margin: 0.3, monthlyDiscount: 0.02, months: 24 }, { level: 0.9 }, {}])
      await run('lifetime-value', JANUARY, asked);
    await run('churn', FEBRUARY, { features: ['occasions', 'recencyDays', 'revenue'], horizonDays: 60 });
    await run('bg-nbd', FEBRUARY, { variant: 'mbg-nbd', weeks: 8 });
    await run('profitability', FEBRUARY, { marginRate: 0.25 });
    const before = await versions();
    await analytics.pool.query(`UPDATE app.model_run SET model_version = split_part(model_version, '/', 1)`);
    await new runVersions().up({ query: (sql: string) => analytics.pool.query(sql) } as never);
    expect(await versions()).toEqual(before);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runsAt } from '../customer-score/score-runs.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { cdnowOrders, hasCdnow, orderEvents, project, type Order } from '../spec-kit/orders.js';
import { requestModelRun } from './model-run.decider.js';
import { modelRunAggregate, type ModelRun } from './model-run.js';
import { runModel } from './run-model.job.js';

let analytics: Analytics;
let runs = 0;

async function run(
  model: string,
  asOf: string,
  parameters: { readonly weeks?: number } = {},
): Promise<ModelRun & { readonly runId: string }> {
  runs += 1;
  const runId = `01900000-0000-7000-8000-${String(runs).padStart(12, '0')}`;
  await analytics.store.transact(
    modelRunAggregate,
    runId,
    requestModelRun({ runId, model, asOf, parameters: { ...parameters } }),
  );
  await deliver(runModel(analytics), { runId });
  const { state } = await analytics.store.read(modelRunAggregate, runId);
  return { ...state, runId };
}

const scoresOf = async (runId: string): Promise<readonly Record<string, unknown>[]> =>
  (
    await analytics.pool.query<Record<string, unknown>>(
      'SELECT * FROM app.customer_score WHERE run_id = $1 ORDER BY party_id',
      [runId],
    )
  ).rows;
const changesOf = async (runId: string): Promise<number> =>
  (await analytics.events('CustomerScoreChanged')).filter(({ data }) => (data as { runId: string }).runId === runId)
    .length;

const order = (customer: string, date: string, amountMinor = 1_000): Order => ({
  customer,
  date,
  amountMinor,
  ref: `${customer} ${date}`,
});

describe('model run', () => {
  beforeAll(async () => {
    analytics = await openAnalytics([]);
  });
  afterAll(() => analytics.close());

  describe('that ends with an error', () => {
    const runId = '01900000-0000-7000-8000-00000000eeee';
    const asOf = '1997-06-30T00:00:00.000Z';
    const statusAfter = async (attempt: number, on = analytics): Promise<unknown> => {
      await deliver(runModel(on), { runId }, attempt).catch(() => undefined);
      const { state } = await analytics.store.read(modelRunAggregate, runId);
      return state.status === 'failed' ? state.code : state.status;
    };

    it('is tried for as long as the database is away, and else fails after a few attempts', async () => {
      // As one that was asked of a later version of the service.
      const request = { runId, model: 'tea-leaves', asOf, parameters: {} };
      await analytics.store.transact(modelRunAggregate, runId, requestModelRun(request));
      const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      const pool = { query: () => Promise.reject(away), connect: () => Promise.reject(away) } as never;
      expect(await statusAfter(9, { ...analytics, pool })).toBe('running');
      expect(await statusAfter(1)).toBe('running');
      expect(await statusAfter(2)).toBe('running');
      expect(await statusAfter(3)).toBe('computation-failed');
    });
  });

  it('fails, saying why, when the data cannot carry the model', async () => {
    expect(await run('rfm', '1997-06-30T00:00:00.000Z')).toMatchObject({ status: 'failed', code: 'no-values' });
    await project(analytics.pool, orderEvents([order('ada', '1997-01-05'), order('bo', '1997-02-05')]));
    expect(await run('bg-nbd', '1997-06-30T00:00:00.000Z')).toMatchObject({
      status: 'failed',
      code: 'no-repeat-buyers',
    });
  });

  it('scores everybody who had bought by then, and nobody else', async () => {
    await project(
      analytics.pool,
      orderEvents([
        order('ada', '1997-05-01', 9_000),
        order('cy', '1997-03-01'),
        order('di', '1997-08-01'),
        order('ed', '1997-09-01', -5),
      ]),
    );
    const first = await run('rfm', '1997-06-30T00:00:00.000Z');
    expect(first).toMatchObject({ status: 'done', outcome: { customers: 3, changed: 3 } });
    expect(await scoresOf(first.runId)).toHaveLength(3);
    expect(await changesOf(first.runId)).toBe(3);
  });

  it('tells of a customer only when the class changed', async () => {
    const again = await run('rfm', '1997-06-30T00:00:00.000Z');
    expect(again).toMatchObject({ status: 'done', outcome: { customers: 3, changed: 0 } });
    const later = await run('rfm', '1997-12-31T00:00:00.000Z');
    expect(later).toMatchObject({ status: 'done', outcome: { customers: 4 } });
    const changed = (await scoresOf(later.runId)).filter((row) => row['changed'] === true);
    expect(changed.length).toBeGreaterThan(0);
    expect(await changesOf(later.runId)).toBe(changed.length);
  });

  it('ends with the same scores and facts when its job is delivered again after a crash', async () => {
    const { runId } = await run('rfm', '1997-11-30T00:00:00.000Z');
    const [before, told] = [await scoresOf(runId), await changesOf(runId)];
    await project(analytics.pool, orderEvents([order('fay', '1997-11-01')]));
    // What a process leaves that was killed after it wrote the scores and before it said so.
    const crashed = '01900000-0000-7000-8000-00000000ffff';
    await analytics.store.transact(
      modelRunAggregate,
      crashed,
      requestModelRun({ runId: crashed, model: 'rfm', asOf: '1997-11-30T00:00:00.000Z', parameters: {} }),
    );
    await analytics.pool.query(
      `INSERT INTO app.model_run SELECT $1, model, model_version, as_of, parameters, fit, customers, changed, completed_at FROM app.model_run WHERE run_id = $2`,
      [crashed, runId],
    );
    await deliver(runModel(analytics), { runId: crashed });
    await deliver(runModel(analytics), { runId });
    expect((await analytics.store.read(modelRunAggregate, crashed)).state).toMatchObject({
      status: 'done',
      outcome: { customers: 4 },
    });
    expect(await scoresOf(runId)).toEqual(before);
    expect(await changesOf(runId)).toBe(told);
  });

  it('is the one that holds at a time until the next one, by what was known', async () => {
    analytics.setClock('1998-06-01T00:00:00Z');
    const late = await run('rfm', '1997-12-31T00:00:00.000Z');
    const at = async (asOf: string, knownAt?: string): Promise<string | undefined> =>
      (await runsAt(analytics.pool, { asOf, ...(knownAt === undefined ? {} : { knownAt }) })).find(
        ({ model }) => model === 'rfm',
      )?.runId;
    expect(await at('1998-01-15T00:00:00Z')).toBe(late.runId);
    expect(await at('1998-01-15T00:00:00Z', '1998-02-01T00:00:00Z')).not.toBe(late.runId);
    expect(await at('1997-01-15T00:00:00Z')).toBeUndefined();
  });
});

const describeCdnow = hasCdnow ? describe : describe.skip;

describeCdnow(
  `model run on the CDNOW sample${hasCdnow ? '' : ' (skipped: ../shared/data/cdnow_sample.csv is not there)'}`,
  () => {
    const asOf = '1997-09-30T23:59:59.999Z';
    beforeAll(async () => {
      analytics = await openAnalytics([]);
      await project(analytics.pool, orderEvents(cdnowOrders()));
    });
    afterAll(() => analytics.close());

    it('finds the published BG/NBD parameters', async () => {
      const found = await run('bg-nbd', asOf, { weeks: 39 });
      const fit = (found.status === 'done' ? found.outcome.fit : {}) as Record<string, number>;
      expect(found).toMatchObject({
        outcome: { customers: 2_357, fit: { converged: true, distinctHistories: 1_016 } },
      });
      for (const [name, value] of Object.entries({ r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 }))
        expect(Math.abs((fit[name] ?? 0) - value)).toBeLessThan(0.002);
      expect(Math.abs((fit['logLikelihood'] ?? 0) + 9_582.429)).toBeLessThan(0.005);
    });

    it('gives every customer an RFM segment', async () => {
      const found = await run('rfm', asOf);
      expect(found).toMatchObject({ status: 'done', outcome: { customers: 2_357, changed: 2_357 } });
      expect(await changesOf(found.runId)).toBe(2_357);
    });
  },
);

import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runsAt } from '../customer-score/score-runs.js';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { runModel } from '../model-run/run-model.job.js';
import { reportOf } from '../model-run/run-report.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { clientele } from '../spec-kit/model-customers.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { modelChampionsProjection } from './model-champions.projection.js';
import { promoteModelRun } from './model-promotion.decider.js';
import { modelPromotionAggregate, modelPromotionId } from './model-promotion.js';

const ASOF = '1997-09-30T23:59:59.999Z';
let analytics: Analytics;

async function run(name: string, asOf: string, parameters: { readonly variant?: string } = {}): Promise<string> {
  const runId = deriveId('spec-run', name);
  const request = requestModelRun({ runId, model: 'bg-nbd', asOf, parameters: { weeks: 39, ...parameters } });
  await analytics.store.transact(modelRunAggregate, runId, request);
  await deliver(runModel(analytics), { runId });
  return runId;
}

const holding = async (asOf: string, knownAt?: string): Promise<string | undefined> =>
  (await runsAt(analytics.pool, { asOf, ...(knownAt === undefined ? {} : { knownAt }) }))[0]?.runId;
const told = async (runId: string): Promise<number> =>
  (await analytics.events('CustomerScoreChanged')).filter(({ data }) => (data as { runId: string }).runId === runId)
    .length;

async function promote(runId: string, modelVersion: string): Promise<void> {
  const decide = promoteModelRun({ model: 'bg-nbd', runId, modelVersion });
  await analytics.store.transact(modelPromotionAggregate, modelPromotionId('bg-nbd'), decide);
  await analytics.runner.idle();
}

describe('model promotion', () => {
  let first: string;
  let challenger: string;
  let second: string;

  beforeAll(async () => {
    analytics = await openAnalytics([modelChampionsProjection]);
    const { orders } = clientele(120, '1998-06-30');
    const placed = orders.map(({ partyId: customer, orderId: ref, date, amount: amountMinor }) => ({
      customer,
      ref,
      date,
      amountMinor,
    }));
    await project(analytics.pool, orderEvents(placed));
    first = await run('first', ASOF);
  });
  afterAll(() => analytics.close());

  it('is not needed: without one the latest run holds', async () => {
    expect(await told(first)).toBe(120);
    expect(await holding(ASOF)).toBe(first);
    challenger = await run('challenger', ASOF, { variant: 'mbg-nbd' });
    expect(await holding(ASOF)).toBe(challenger);
  });

  it('makes the runs of its version hold, also over newer ones of others, which tell of no change', async () => {
    analytics.setClock('1998-02-01T00:00:00Z');
    await promote(first, 'bg-nbd.1');
    expect(await holding(ASOF)).toBe(first);
    const newer = await run('newer challenger', '1997-10-31T23:59:59.999Z', { variant: 'mbg-nbd' });
    expect(await told(newer)).toBe(0);
    expect(await holding('1997-12-01T00:00:00Z')).toBe(first);
    second = await run('second', '1997-11-30T23:59:59.999Z');
    expect(await holding('1997-12-01T00:00:00Z')).toBe(second);
  });

  it('is part of what was known at a time', async () => {
    expect(await holding(ASOF, '1998-01-15T00:00:00Z')).toBe(challenger);
  });

  it('can be taken back by promoting another run', async () => {
    await promote(challenger, 'mbg-nbd.1');
    expect(await holding(ASOF)).toBe(challenger);
    const { rows } = await analytics.pool.query<{ number: number; run_id: string }>(
      'SELECT * FROM model_champion ORDER BY number',
    );
    expect(rows.map((row) => row.run_id)).toEqual([first, challenger]);
  });

  it('leaves the reports of earlier runs as they were, and each says how its inputs moved', async () => {
    expect((await reportOf(analytics.pool, first)).report).not.toHaveProperty('drift');
    const { report, warnings } = await reportOf(analytics.pool, second);
    expect(report['drift']).toMatchObject({ against: first, againstAsOf: ASOF });
    const { inputs } = report['drift'] as { inputs: readonly { input: string; psi: number }[] };
    expect(inputs.map(({ input }) => input)).toEqual(['x', 'tx', 'T']);
    // Everybody has been a customer for two more months.
    expect(inputs[2]?.psi).toBeGreaterThan(0.25);
    expect(warnings).toEqual(expect.any(Array));
  });
});

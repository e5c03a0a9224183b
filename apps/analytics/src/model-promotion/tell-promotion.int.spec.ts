import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { runModel } from '../model-run/run-model.job.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { clientele } from '../spec-kit/model-customers.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { modelChampionsProjection } from './model-champions.projection.js';
import { promoteModelRun } from './model-promotion.decider.js';
import { modelPromotionAggregate, modelPromotionId } from './model-promotion.js';
import { tellPromotion } from './tell-promotion.job.js';

const SEPTEMBER = '1997-09-30T23:59:59.999Z';
const MODEL = 'bg-nbd';

interface Told {
  readonly partyId: string;
  readonly runId: string;
  readonly values: { readonly pAlive: number };
}

let analytics: Analytics;
let champion: string;
let challenger: string;

async function run(asOf: string, variant?: string): Promise<string> {
  const runId = deriveId('spec-run', asOf, variant ?? '');
  const parameters = { weeks: 39, ...(variant === undefined ? {} : { variant }) };
  await analytics.store.transact(modelRunAggregate, runId, requestModelRun({ runId, model: MODEL, asOf, parameters }));
  await deliver(runModel(analytics), { runId });
  return runId;
}

async function promote(runId: string): Promise<void> {
  const decide = promoteModelRun({ model: MODEL, runId, modelVersion: '' });
  await analytics.store.transact(modelPromotionAggregate, modelPromotionId(MODEL), decide);
  await analytics.runner.idle();
}

const told = async (): Promise<readonly Told[]> =>
  (await analytics.events('CustomerScoreChanged')).map(({ data }) => data as Told);
const tenthOf = (pAlive: number): string => String(Math.min(9, Math.floor(pAlive * 10)));

async function classesOf(runId: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await analytics.pool.query<{ party_id: string; class: string }>(
    'SELECT party_id, class FROM app.customer_score WHERE run_id = $1',
    [runId],
  );
  return new Map(rows.map((row) => [row.party_id, row.class]));
}

/** What somebody believes who heard everything that was told. */
async function believed(): Promise<ReadonlyMap<string, string>> {
  return new Map((await told()).map(({ partyId, values }) => [partyId, tenthOf(values.pAlive)]));
}

beforeAll(async () => {
  analytics = await openAnalytics([modelChampionsProjection]);
  const placed = clientele(120, '1998-06-30').orders.map((order) => ({
    ...{ customer: order.partyId, ref: order.orderId, date: order.date, amountMinor: order.amount },
  }));
  await project(analytics.pool, orderEvents(placed));
  champion = await run(SEPTEMBER);
  await promote(champion);
  challenger = await run(SEPTEMBER, 'mbg-nbd');
});
afterAll(() => analytics.close());

describe('a promotion', () => {
  it('is told of everybody whose class it changed, once, also when the process dies in between', async () => {
    const [old, now] = [await classesOf(champion), await classesOf(challenger)];
    const moved = [...now].filter(([partyId, name]) => old.get(partyId) !== name).map(([partyId]) => partyId);
    expect(moved.length).toBeGreaterThan(10);
    await promote(challenger);

    let left = 5;
    const dying = Object.assign(Object.create(analytics.store) as typeof analytics.store, {
      recordFact: (...args: Parameters<typeof analytics.store.recordFact>) =>
        (left -= 1) < 0 ? Promise.reject(new Error('killed')) : analytics.store.recordFact(...args),
    });
    await expect(deliver(tellPromotion({ ...analytics, store: dying }), { model: MODEL })).rejects.toThrow('killed');
    await deliver(tellPromotion(analytics), { model: MODEL });
    await deliver(tellPromotion(analytics), { model: MODEL });

    const since = (await told()).filter(({ runId }) => runId === challenger);
    expect(since.map(({ partyId }) => partyId).sort()).toEqual(moved.sort());
    expect(await believed()).toEqual(now);
  });

  it('is what the next run is news against', async () => {
    const refit = await run('1997-10-31T23:59:59.999Z', 'mbg-nbd');
    const [before, now] = [await classesOf(challenger), await classesOf(refit)];
    const moved = [...now].filter(([partyId, name]) => before.get(partyId) !== name).length;
    expect((await told()).filter(({ runId }) => runId === refit)).toHaveLength(moved);
    expect(await believed()).toEqual(now);
  });

  it('that is taken back is told as well, and one that moves nobody is not', async () => {
    await promote(champion);
    await deliver(tellPromotion(analytics), { model: MODEL });
    expect(await believed()).toEqual(await classesOf(champion));
    const count = (await told()).length;
    await promote(challenger);
    await promote(champion);
    await deliver(tellPromotion(analytics), { model: MODEL });
    expect(await told()).toHaveLength(count);
  });

  it('that a run overtakes ends with what the run says', async () => {
    await promote(challenger);
    const newest = await run('1997-11-30T23:59:59.999Z', 'mbg-nbd');
    await deliver(tellPromotion(analytics), { model: MODEL });
    expect(await believed()).toEqual(await classesOf(newest));
  });
});

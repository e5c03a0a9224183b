import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runsAt } from '../customer-score/score-runs.js';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { runModel } from '../model-run/run-model.job.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { cdnowOrders, customerId, hasCdnow, orderEvents, project, type Order } from '../spec-kit/orders.js';
import { aWhere } from '../spec-kit/predicates.js';
import { evaluateSegment } from './evaluate-segment.js';
import { fulfils } from './segment-predicate.js';
import { featuresOf } from './segment-where.js';

const asOf = '1997-09-30T23:59:59.999Z';
const NOW = Date.parse('1998-01-01T00:00:00Z');

let analytics: Analytics;

async function run(model: string, at: string, runId: string): Promise<string> {
  const parameters = model === 'bg-nbd' ? { weeks: 39 } : {};
  await analytics.store.transact(modelRunAggregate, runId, requestModelRun({ runId, model, asOf: at, parameters }));
  await deliver(runModel(analytics), { runId });
  return runId;
}

describe('segment', () => {
  const order = (customer: string, date: string, amountMinor: number): Order => ({
    customer,
    date,
    amountMinor,
    ref: `${customer} ${date}`,
  });
  beforeAll(async () => {
    analytics = await openAnalytics([]);
    const orders = ['ada', 'bo', 'cy', 'di', 'ed', 'fay'].flatMap((customer, index) =>
      Array.from({ length: index }, (_, nth) => order(customer, `1997-0${String(1 + nth)}-1${String(index)}`, nth + 1)),
    );
    await project(analytics.pool, orderEvents([...orders, order('ada', '1997-01-01', -5)]));
    await run('rfm', '1997-02-28T00:00:00.000Z', '01900000-0000-7000-8000-000000000001');
    await run('bg-nbd', '1997-05-31T00:00:00.000Z', '01900000-0000-7000-8000-000000000002');
  });
  afterAll(() => analytics.close());

  it('holds exactly those whom the predicate names one by one, at any time', async () => {
    const times = fc.constantFrom(undefined, '1997-01-31T00:00:00Z', '1997-03-31T00:00:00Z', '1997-12-31T00:00:00Z');
    await fc.assert(
      fc.asyncProperty(aWhere, times, async (where, at) => {
        const options = { now: NOW, asOf: at };
        const features = featuresOf(where);
        const anyone = {
          any: features.flatMap((feature) => [
            { feature, exists: true },
            { feature, exists: false },
          ]),
        };
        const everybody = (await evaluateSegment(analytics.pool, anyone, options)).members;
        const members = (await evaluateSegment(analytics.pool, where, options)).members;
        expect(members).toEqual(everybody.filter(({ values }) => fulfils(where, values)));
      }),
      { numRuns: 60 },
    );
  });

  it('takes the scores that held at its time, or those of the runs named', async () => {
    const where = { feature: 'rfm.segment', exists: true } as const;
    const [rfm] = (await runsAt(analytics.pool, {})).filter(({ model }) => model === 'rfm');
    expect((await evaluateSegment(analytics.pool, where, { now: NOW, asOf: '1997-02-01T00:00:00Z' })).members).toEqual(
      [],
    );
    expect(await evaluateSegment(analytics.pool, where, { now: NOW })).toMatchObject({ runIds: [rfm?.runId] });
    expect((await evaluateSegment(analytics.pool, where, { now: NOW, runIds: [] })).members).toEqual([]);
  });

  it('follows the features of the present with RFM, first purchases included, and stays as scored in the past', async () => {
    const where = { feature: 'rfm.r', eq: 5 } as const;
    const [newcomer, ago] = [customerId('gil'), Date.parse('1997-02-28T12:00:00Z')];
    await project(analytics.pool, orderEvents([order('gil', '1997-02-28', 1)]));
    const at = async (options: { readonly now: number; readonly asOf?: string }): Promise<readonly string[]> =>
      (await evaluateSegment(analytics.pool, where, options)).members.map(({ partyId }) => partyId);
    expect(await at({ now: ago })).toContain(newcomer);
    expect(await at({ now: ago, asOf: '1997-02-28T12:00:00Z' })).not.toContain(newcomer);
    expect(await at({ now: NOW })).toEqual([]);
  });

  it('is ordered by a feature, up to a limit, and says what it saw', async () => {
    const where = { feature: 'occasions', gte: 1 } as const;
    const { members } = await evaluateSegment(analytics.pool, where, { now: NOW, orderBy: '-revenue', limit: 2 });
    expect(members).toEqual([
      { partyId: customerId('fay'), values: { occasions: 5, revenue: 15 } },
      { partyId: customerId('ed'), values: { occasions: 4, revenue: 10 } },
    ]);
    await expect(evaluateSegment(analytics.pool, where, { now: NOW, orderBy: 'height' })).rejects.toThrow(
      'no such feature',
    );
  });
});

const describeCdnow = hasCdnow ? describe : describe.skip;

describeCdnow(
  `segment on the CDNOW sample${hasCdnow ? '' : ' (skipped: ../shared/data/cdnow_sample.csv is not there)'}`,
  () => {
    beforeAll(async () => {
      analytics = await openAnalytics([]);
      await project(analytics.pool, orderEvents(cdnowOrders()));
      await run('rfm', asOf, '01900000-0000-7000-8000-000000000001');
      await run('bg-nbd', asOf, '01900000-0000-7000-8000-000000000002');
    });
    afterAll(() => analytics.close());

    it('holds about 655 frequent customers who are slipping away', async () => {
      const where = { all: [{ feature: 'bg-nbd.pAlive', lt: 0.7 }, { feature: 'rfm.f', gte: 3 }] }; // prettier-ignore
      const { members } = await evaluateSegment(analytics.pool, where, { now: NOW, asOf });
      expect(members).toHaveLength(655);
    });
  },
);

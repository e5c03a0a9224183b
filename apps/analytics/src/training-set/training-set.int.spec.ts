import { classificationMeasures, keyedRandom } from '@crm/customer-models';
import { deriveId, inTransaction } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { customerId, orderEvents, project, type Order } from '../spec-kit/orders.js';
import { buildTrainingSet } from './build-training-set.job.js';
import { storedTrainingSet } from './stored-training-set.js';
import { trainingDataAt } from './training-data.js';
import { requestTrainingSet } from './training-set.decider.js';
import type { TrainingSetRequested } from './training-set.events.js';
import { trainingSetAggregate, type TrainingSet } from './training-set.js';

const PREDICT_AT = '1997-06-30T23:59:59.999Z';
const NAMES = Array.from({ length: 300 }, (_, index) => `customer-${String(index)}`);

let analytics: Analytics;
let sets = 0;
beforeAll(async () => {
  analytics = await openAnalytics([]);
});
afterAll(() => analytics.close());
beforeEach(() => analytics.pool.query('TRUNCATE order_fact, purchase_day, customer_feature'));

async function build(asked: Partial<TrainingSetRequested['data']> = {}): Promise<TrainingSet> {
  const trainingSetId = deriveId('spec-training-set', String((sets += 1)));
  const request = { trainingSetId, predictAt: PREDICT_AT, horizonDays: 90, outcome: 'churned', features: ['revenue', 'orders'] } as const; // prettier-ignore
  await analytics.store.transact(trainingSetAggregate, trainingSetId, requestTrainingSet({ ...request, ...asked }));
  await deliver(buildTrainingSet(analytics), { trainingSetId });
  return (await analytics.store.read(trainingSetAggregate, trainingSetId)).state;
}

const rowsOf = async (set: TrainingSet) =>
  set.status === 'done' ? ((await storedTrainingSet(analytics.pool, set.built.trainingSetId))?.rows ?? []) : [];

/** How well low revenue alone tells who churned. */
const aucOf = (rows: readonly { readonly revenue: number; readonly outcome: boolean }[]): number =>
  classificationMeasures(
    rows.map(({ revenue, outcome }) => ({ outcome, probability: 1 / (1 + Math.exp(revenue / 1e5)) })),
  ).auc;

const order = (customer: string, date: string, amountMinor: number, recordedOn: string): Order => ({
  ...{ customer, date, amountMinor, ref: `${customer} ${date} ${String(amountMinor)}` },
  recordedAt: `${recordedOn}T13:00:00.000Z`,
});
const churns = (customer: string): boolean => keyedRandom('churn', customer).uniform() < 0.5;

/** Purchases that say nothing about who will churn, and one more in the horizon by those who do not. */
function purchases(recorded: (date: string) => string): readonly Order[] {
  return NAMES.flatMap((customer) => {
    const random = keyedRandom('purchases', customer);
    const date = `1997-0${String(1 + Math.floor(random.uniform() * 6))}-15`;
    const amount = 1_000 + Math.floor(random.uniform() * 20_000);
    const before = order(customer, date, amount, recorded(date));
    return churns(customer) ? [before] : [before, order(customer, '1997-08-01', 5_000, recorded('1997-08-01'))];
  });
}

/** The account of who churned is settled: a credit note that is booked after the churn. */
const creditNotes = (date: string, recordedOn: string): readonly Order[] =>
  NAMES.filter(churns).map((customer) => order(customer, date, -100_000, recordedOn));

/** What joining features of the present to the outcomes gives. */
async function naiveRows(set: TrainingSet) {
  const { rows } = await analytics.pool.query<{ party_id: string; revenue: number }>(
    'SELECT party_id, revenue_minor::float8 AS revenue FROM customer_feature',
  );
  const revenue = new Map(rows.map((row) => [row.party_id, row.revenue]));
  return (await rowsOf(set)).map(({ partyId, outcome }) => ({ outcome, revenue: revenue.get(partyId) ?? NaN }));
}

const builtRows = async (set: TrainingSet) =>
  (await rowsOf(set)).map(({ features, outcome }) => ({ outcome, revenue: Number(features['revenue']) }));

describe('training set', () => {
  it('fails after a few attempts that ended with an error', async () => {
    const trainingSetId = deriveId('spec-training-set', 'error');
    const request = { trainingSetId, predictAt: 'no time', horizonDays: 90, outcome: 'churned', features: ['revenue'] } as const; // prettier-ignore
    await analytics.store.transact(trainingSetAggregate, trainingSetId, requestTrainingSet(request));
    for (const attempt of [1, 2]) {
      await expect(deliver(buildTrainingSet(analytics), { trainingSetId }, attempt)).rejects.toThrow();
      expect((await analytics.store.read(trainingSetAggregate, trainingSetId)).state.status).toBe('running');
    }
    await deliver(buildTrainingSet(analytics), { trainingSetId }, 3);
    expect((await analytics.store.read(trainingSetAggregate, trainingSetId)).state).toMatchObject({
      ...{ status: 'failed', code: 'computation-failed' },
    });
  });

  it('knows nothing that was recorded after the prediction, though it is dated before it', async () => {
    await project(
      analytics.pool,
      orderEvents([...purchases((date) => date), ...creditNotes('1997-06-20', '1997-09-01')]),
    );
    const set = await build();
    const positives = NAMES.filter(churns).length;
    expect(set).toMatchObject({
      status: 'done',
      built: {
        basis: 'recorded-time',
        knownAt: PREDICT_AT,
        customers: 300,
        positives,
        factsUsed: 300,
        factsLate: positives,
      },
    });
    expect(Math.abs(aucOf(await builtRows(set)) - 0.5)).toBeLessThan(0.1);
    expect(aucOf(await naiveRows(set))).toBe(1);
    // By valid time alone the credit note would be known.
    expect(aucOf(await builtRows(await build({ basis: 'valid-time' })))).toBe(1);
  });

  it('knows nothing that happened after the prediction, when all history was recorded later', async () => {
    const today = '2026-01-05';
    await project(analytics.pool, orderEvents([...purchases(() => today), ...creditNotes('1997-07-02', today)]));
    const set = await build();
    expect(set).toMatchObject({ built: { basis: 'valid-time', knownAt: null, customers: 300, factsUsed: 300 } });
    expect(Math.abs(aucOf(await builtRows(set)) - 0.5)).toBeLessThan(0.1);
    expect(aucOf(await naiveRows(set))).toBe(1);
    expect(await build({ basis: 'recorded-time' })).toMatchObject({ status: 'failed', code: 'no-customers' });
  });

  it('counts to the moment: what comes later on the same day is an outcome', async () => {
    await project(
      analytics.pool,
      orderEvents([order('ada', '1997-05-01', 500, '1997-05-01'), order('ada', '1997-06-30', 700, '1997-06-30')]),
    );
    const noon = await build({
      predictAt: '1997-06-30T11:59:59.999Z',
      outcome: 'purchased',
      features: ['orders', 'revenue'],
    });
    expect(await rowsOf(noon)).toEqual([
      { partyId: customerId('ada'), features: { orders: 1, revenue: 500 }, outcome: true },
    ]);
    const evening = await build({ outcome: 'purchased', features: ['orders'], basis: 'valid-time' });
    expect(await rowsOf(evening)).toEqual([{ partyId: customerId('ada'), features: { orders: 2 }, outcome: false }]);
  });

  it('is the same when its job is delivered again, whatever came in between', async () => {
    await project(analytics.pool, orderEvents([order('ada', '1997-05-01', 500, '1997-05-01')]));
    const set = await build();
    const before = await rowsOf(set);
    await project(analytics.pool, orderEvents([order('bo', '1997-05-01', 500, '1997-05-01')]));
    if (set.status === 'done') await deliver(buildTrainingSet(analytics), { trainingSetId: set.built.trainingSetId });
    expect(await rowsOf(set)).toEqual(before);
  });

  describe('of a churn run', () => {
    const asOf = '1997-12-27T23:59:59.999Z';
    const data = (parameters: Readonly<Record<string, unknown>>) =>
      inTransaction(analytics.pool, (tx) =>
        trainingDataAt(tx, { asOf, now: Date.parse(asOf), parameters, rules: undefined } as never),
      );
    beforeEach(() => project(analytics.pool, orderEvents(purchases((date) => date))));

    it('is built two horizons before the run, tested on the last one, and everybody is scored', async () => {
      const { train, test, present, origin } = await data({ horizonDays: 90, features: ['revenue', 'recencyDays'] });
      expect([train.length, test.length, present.length]).toEqual([300, 300, 300]);
      expect(train.map(({ outcome }) => outcome)).toContain(false);
      expect(test.every(({ outcome }) => outcome)).toBe(true);
      expect(Object.keys(present[0]?.features ?? {}).sort()).toEqual(['recencyDays', 'revenue']);
      expect(origin).toMatchObject({
        trainedAt: PREDICT_AT,
        testedAt: '1997-09-28T23:59:59.999Z',
        basis: 'recorded-time',
      });
    });

    it('is a stored one when it is asked for, unless that leaves no time to test on', async () => {
      const set = await build({ horizonDays: 30, features: ['revenue'] });
      const trainingSetId = set.status === 'done' ? set.built.trainingSetId : '';
      const stored = await data({ trainingSetId });
      expect(stored.train).toEqual(await rowsOf(set));
      expect(stored.origin).toMatchObject({ trainingSetId, horizonDays: 30, trainedAt: PREDICT_AT });
      const late = await build({ predictAt: '1997-11-10T00:00:00.000Z', horizonDays: 30 });
      await expect(
        data({ trainingSetId: late.status === 'done' ? late.built.trainingSetId : '' }),
      ).rejects.toMatchObject({
        code: 'training-set-too-late',
      });
    });

    it('fails when the set is not there or is about something else', async () => {
      await expect(data({ trainingSetId: deriveId('spec', 'none') })).rejects.toMatchObject({
        code: 'training-set-unknown',
      });
      const bought = await build({ outcome: 'purchased' });
      await expect(
        data({ trainingSetId: bought.status === 'done' ? bought.built.trainingSetId : '' }),
      ).rejects.toMatchObject({
        code: 'training-set-unknown',
      });
    });
  });
});

import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { buildTrainingSet } from './build-training-set.job.js';
import { requestTrainingSet } from './training-set.decider.js';
import { trainingSetAggregate } from './training-set.js';
import { trainingSetsProjection } from './training-sets.projection.js';
import { TrainingSetsPage, TrainingSetsPageHandler } from './training-sets.query.js';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openAnalytics([trainingSetsProjection]);
  await project(analytics.pool, orderEvents([{ customer: 'ada', date: '1997-05-01', amountMinor: 500, ref: 'one' }]));
});
afterAll(() => analytics.close());

async function request(name: string, predictAt: string, build: boolean): Promise<string> {
  const trainingSetId = deriveId('spec-training-set', name);
  const asked = { trainingSetId, predictAt, horizonDays: 90, outcome: 'churned', features: ['revenue'] } as const;
  await analytics.store.transact(trainingSetAggregate, trainingSetId, requestTrainingSet(asked));
  if (build) await deliver(buildTrainingSet(analytics), { trainingSetId });
  await analytics.runner.idle();
  return trainingSetId;
}

const list = (query: Readonly<Record<string, unknown>>) =>
  new TrainingSetsPageHandler(analytics as never).execute(new TrainingSetsPage(query));

describe('the list of training sets', () => {
  it('has those that are built, that are not yet, and that cannot be, page by page', async () => {
    const built = await request('built', '1997-06-30T00:00:00.000Z', true);
    analytics.setClock('1998-01-02T00:00:00Z');
    const failed = await request('before anybody bought', '1996-01-01T00:00:00.000Z', true);
    analytics.setClock('1998-01-03T00:00:00Z');
    const waiting = await request('waiting', '1997-07-31T00:00:00.000Z', false);
    const first = await list({ limit: '2' });
    expect(first.items).toMatchObject([
      { trainingSetId: waiting, status: 'running', basis: null, customers: null },
      { trainingSetId: failed, status: 'failed' },
    ]);
    const second = await list({ limit: '2', after: first.next });
    expect(second).toMatchObject({
      items: [{ trainingSetId: built, status: 'done', basis: 'valid-time', customers: 1, features: ['revenue'] }],
      next: null,
    });
  });
});

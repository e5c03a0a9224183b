import { keyedRandom } from '@crm/customer-models';
import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { modelNamed } from '../model-run/models.js';
import { runModel } from '../model-run/run-model.job.js';
import type { ScoringModel } from '../model-run/model.js';
import { reportOf } from '../model-run/run-report.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { orderEvents, project, type Order } from '../spec-kit/orders.js';
import { CompareModelRuns, CompareModelRunsHandler, type ModelComparison } from './model-comparison.query.js';

const AS_OF = '1997-12-28T23:59:59.999Z';
const NAMES = Array.from({ length: 300 }, (_, index) => `customer-${String(index)}`);
const churn = modelNamed('churn') as ScoringModel;

/** Who bought in each of three quarters after the first purchase says nothing about who buys in the next one. */
const buysIn = (customer: string, quarter: string): boolean => keyedRandom(quarter, customer).uniform() < 0.5;
const order = (customer: string, date: string, amountMinor: number, recordedOn = date): Order => ({
  ...{ customer, date, amountMinor, ref: `${customer} ${date} ${String(amountMinor)}` },
  recordedAt: `${recordedOn}T13:00:00.000Z`,
});
const purchases = (recordedOn?: string): readonly Order[] =>
  NAMES.flatMap((customer) => {
    const random = keyedRandom('amounts', customer);
    const amount = (): number => 1_000 + Math.floor(random.uniform() * 20_000);
    const later = ['1997-08-15', '1997-11-15', '1998-02-15'].filter((date) => buysIn(customer, date));
    const first = `1997-0${String(1 + Math.floor(random.uniform() * 6))}-15`;
    return [first, ...later].map((date) => order(customer, date, amount(), recordedOn));
  });

let analytics: Analytics;

async function run(features: readonly string[], asked: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const runId = deriveId('spec-run', ...features, JSON.stringify(asked));
  const parameters = churn.parametersOf({ features, ...asked });
  const decide = requestModelRun({ runId, model: 'churn', asOf: AS_OF, parameters });
  await analytics.store.transact(modelRunAggregate, runId, decide);
  await deliver(runModel(analytics), { runId });
  return runId;
}

function compare(champion: string, challenger: string): Promise<ModelComparison> {
  return new CompareModelRunsHandler(analytics as never).execute(new CompareModelRuns(churn, champion, challenger));
}

const warningsOf = async (runId: string): Promise<readonly string[]> =>
  (await reportOf(analytics.pool, runId)).warnings.map(({ code }) => code);

describe('runs of churn on facts that arrive as they happen', () => {
  let champion: string;
  let challenger: string;

  beforeAll(async () => {
    analytics = await openAnalytics([]);
    analytics.setClock('1998-06-01T00:00:00Z');
    await project(analytics.pool, orderEvents(purchases()));
    [champion, challenger] = [await run(['revenue']), await run(['revenue', 'recencyDays'])];
  });
  afterAll(() => analytics.close());

  it('are measured on what was known when they were made, not on what was recorded later', async () => {
    const before = await compare(champion, challenger);
    expect(before.holdout).toMatchObject({ from: AS_OF, basis: 'recorded-time', customers: 300 });
    // The accounts of those who left are settled, dated back to the time before.
    const gone = NAMES.filter((customer) => !buysIn(customer, '1998-02-15'));
    const notes = gone.map((customer) => order(customer, '1997-12-20', -100_000, '1998-04-15'));
    await project(analytics.pool, orderEvents([...purchases(), ...notes]).slice(purchases().length));
    analytics.setClock('1998-07-01T00:00:00Z');
    expect((await compare(champion, challenger)).champion.measures).toEqual(before.champion.measures);
  });

  it('are compared one pair after the other, and a pair that was compared is not read again', async () => {
    let [reads, atOnce, mostAtOnce] = [0, 0, 0];
    const watched = {
      query: analytics.pool.query.bind(analytics.pool),
      async connect() {
        const tx = await analytics.pool.connect();
        [reads, atOnce] = [reads + 1, atOnce + 1];
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        const release = tx.release.bind(tx);
        return Object.assign(tx, {
          release: (broken?: boolean) => {
            atOnce -= 1;
            Object.assign(tx, { release });
            release(broken);
          },
        });
      },
    };
    analytics.setClock('1998-09-01T00:00:00Z');
    const handler = new CompareModelRunsHandler({ ...analytics, pool: watched } as never);
    const ask = (first: string, second: string): Promise<ModelComparison> =>
      handler.execute(new CompareModelRuns(churn, first, second));
    const [one, same] = await Promise.all([
      ask(champion, challenger),
      ask(champion, challenger),
      ask(challenger, champion),
    ]);
    expect([reads, mostAtOnce]).toEqual([2, 1]);
    expect(same).toEqual(one);
    expect(await ask(champion, challenger)).toEqual(one);
    expect(reads).toBe(2);
    analytics.setClock('1998-09-03T00:00:00Z');
    expect((await ask(champion, challenger)).comparedAt).toBe('1998-09-03T00:00:00.000Z');
    expect(reads).toBe(3);
  });

  it('need no warning about what was known', async () => {
    expect(await warningsOf(champion)).not.toContain('basis-guessed');
  });
});

describe('runs of churn on history that was imported', () => {
  beforeAll(async () => {
    analytics = await openAnalytics([]);
    analytics.setClock('1999-06-01T00:00:00Z');
    await project(analytics.pool, orderEvents(purchases('1999-01-05')));
  });
  afterAll(() => analytics.close());

  it('warn that nobody chose what counts as known, and how many facts came late', async () => {
    const { warnings } = await reportOf(analytics.pool, await run(['revenue']));
    const message: unknown = expect.stringMatching(/\d+ of \d+ facts/);
    expect(warnings).toContainEqual({ code: 'basis-guessed', message });
  });

  it('do not where somebody chose, and that is another version', async () => {
    const runId = await run(['revenue'], { basis: 'valid-time' });
    expect(await warningsOf(runId)).not.toContain('basis-guessed');
    expect((await analytics.store.read(modelRunAggregate, runId)).state).toMatchObject({
      outcome: { modelVersion: 'logistic.1/basis=valid-time,features=revenue' },
    });
  });
});

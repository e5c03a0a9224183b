import {
  classificationMeasures,
  cohortTable,
  customerValue,
  dayNumber,
  dormantCustomers,
  expectedSpend,
  fitGammaGamma,
  fitLogistic,
  fitPurchases,
  kaplanMeier,
  keyedRandom,
  lifeStagePurchases,
  lifetimeValue,
  logisticContributions,
  profitability,
  rateRfm,
  rfmEdges,
  scoreLogistic,
  scorePurchases,
  summarisePurchases,
  type CustomerSummary,
  type PurchaseLine,
  type PurchaseModelName,
} from '@crm/customer-models';
import { deriveId } from '@crm/event-sourcing';
import { expectClose } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { cdnowOrders, customerId, hasCdnow, orderEvents, project } from '../spec-kit/orders.js';
import { requestModelRun } from './model-run.decider.js';
import { modelRunAggregate } from './model-run.js';
import { modelNamed } from './models.js';
import { runModel } from './run-model.job.js';
import { reportOf } from './run-report.js';

const ASOF = '1997-09-30T23:59:59.999Z';
const DATE = '1997-09-30';

type Scores = ReadonlyMap<string, Readonly<Record<string, number | string>>>;

interface Run {
  readonly runId: string;
  readonly fit: Readonly<Record<string, never>>;
  readonly scores: Scores;
  readonly inputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly report: Readonly<Record<string, never>>;
}

(hasCdnow ? describe : describe.skip)(
  `models on real purchases that came late, twice and in disorder${hasCdnow ? '' : ' (SKIPPED: no cdnow_sample.csv)'}`,
  () => {
    let analytics: Analytics;
    let lines: readonly PurchaseLine[];
    let summaries: readonly CustomerSummary[];
    let early: Run;

    beforeAll(async () => {
      analytics = await openAnalytics([]);
      const orders = cdnowOrders();
      lines = orders.map(({ customer, date, amountMinor }) => ({ customer: customerId(customer), date, amount: amountMinor })); // prettier-ignore
      summaries = summarisePurchases(lines, DATE);
      const draw = (name: string, ref: string): number => keyedRandom(name, ref).uniform();
      const shuffled = orderEvents(orders).toSorted((a, b) => draw('order', a.eventId) - draw('order', b.eventId));
      const late = shuffled.filter(({ eventId }) => draw('late', eventId) < 0.02);
      const twice = shuffled.filter(({ eventId }) => draw('twice', eventId) < 0.05);
      expect(late.length).toBeGreaterThan(50);
      expect(twice.length).toBeGreaterThan(200);
      const inTime = [...shuffled.filter((event) => !late.includes(event)), ...twice.filter((event) => !late.includes(event))]; // prettier-ignore
      await project(analytics.pool, inTime);
      early = await run('bg-nbd');
      await project(analytics.pool, [...late, ...late, ...twice]);
    });
    afterAll(() => analytics.close());

    let runs = 0;
    async function run(model: string, asked: Readonly<Record<string, unknown>> = {}): Promise<Run> {
      const runId = deriveId('real-data', String((runs += 1)));
      analytics.setClock(new Date(Date.UTC(1998, 0, 1, 0, 0, runs)).toISOString());
      const parameters = modelNamed(model)?.parametersOf(asked) ?? {};
      await analytics.store.transact(
        modelRunAggregate,
        runId,
        requestModelRun({ runId, model, asOf: ASOF, parameters }),
      );
      await deliver(runModel(analytics), { runId });
      const { state } = await analytics.store.read(modelRunAggregate, runId);
      expect(state).toMatchObject({ status: 'done' });
      const { rows } = await analytics.pool.query<{ party_id: string; score: never; inputs: never }>(
        'SELECT party_id, score, inputs FROM app.customer_score WHERE run_id = $1',
        [runId],
      );
      return {
        runId,
        fit: (state.status === 'done' ? state.outcome.fit : {}) as Run['fit'],
        scores: new Map(rows.map((row) => [row.party_id, row.score])),
        inputs: new Map(rows.map((row) => [row.party_id, row.inputs])),
        report: (await reportOf(analytics.pool, runId)).report as Run['report'],
      };
    }

    const expectScores = (scores: Scores, of: (summary: CustomerSummary) => object): void => {
      expect(scores.size).toBe(summaries.length);
      for (const summary of summaries) expectClose(scores.get(summary.customer), of(summary), summary.customer);
    };
    const recencyDays = ({ lastDate }: CustomerSummary): number => dayNumber(DATE) - dayNumber(lastDate);

    it('has the RFM scores of the file', async () => {
      const valuesOf = (summary: CustomerSummary) => ({
        recencyDays: recencyDays(summary),
        frequency: summary.occasions,
        monetary: summary.total,
      });
      const edges = rfmEdges(summaries.map(valuesOf));
      const { scores, fit } = await run('rfm');
      expectClose(fit, { edges });
      expectScores(scores, (summary) => rateRfm(edges, valuesOf(summary)));
    });

    it.each(['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const)(
      'has the %s of the file',
      async (variant: PurchaseModelName) => {
        const fitted = fitPurchases(variant, summaries);
        const { scores, fit } = await run('bg-nbd', { variant });
        expectClose(fit, { ...fitted.parameters, logLikelihood: fitted.logLikelihood, distinctHistories: 1_016 });
        expectScores(scores, (summary) => scorePurchases(fitted, 39, summary));
      },
    );

    it('keeps what a run found before the late orders came', async () => {
      const { fit } = await run('bg-nbd');
      const before = await analytics.store.read(modelRunAggregate, early.runId);
      expect(before.state).toMatchObject({ outcome: { fit: early.fit } });
      expect(early.fit['logLikelihood']).not.toBe(fit['logLikelihood']);
      expect((await reportOf(analytics.pool, early.runId)).report).toEqual(early.report);
    });

    it('has the Gamma-Gamma and the lifetime values of the file', async () => {
      const spend = fitGammaGamma(summaries);
      const found = await run('gamma-gamma');
      expectClose(found.fit, { ...spend.parameters, logLikelihood: spend.logLikelihood, customers: 946 });
      expectScores(found.scores, (summary) => ({ expectedSpend: expectedSpend(spend.parameters, summary) }));
      const holding = await run('bg-nbd', {});
      const question = { purchases: fitPurchases('bg-nbd', summaries), spend, months: 12, monthlyDiscount: 0.01 };
      const { scores, report } = await run('lifetime-value', { margin: 0.3 });
      expect(report['builtOn']).toMatchObject([{ runId: holding.runId }, { runId: found.runId }]);
      expectScores(scores, (summary) => {
        const { interval, ...values } = lifetimeValue(question, { ...summary, margin: 0.3 });
        return { ...values, low: interval?.[0], high: interval?.[1] };
      });
    });

    it('has the value matrix of the file', async () => {
      const fitted = fitPurchases('bg-nbd', summaries);
      const { scores, report, fit } = await run('customer-value');
      // Nobody has set business rules.
      expect(fit).toMatchObject({ margin: 1, businessRulesVersion: 0 });
      expectScores(scores, (summary) => {
        const monthlySales = summary.total / Math.max(1, (summary.T * 7) / (365.25 / 12));
        const { pAlive } = scorePurchases(fitted, 0, summary);
        return { monthlySales, pAlive, value: customerValue(monthlySales, pAlive) };
      });
      const cells = report['matrix'] as unknown as readonly { customers: number }[];
      expect(cells.reduce((sum, cell) => sum + cell.customers, 0)).toBe(2_357);
    });

    it('has the cohorts and the survival of the file', async () => {
      const { report, fit } = await run('retention');
      expectClose(report['cohorts'], cohortTable(lines, { until: DATE, returnsCount: false }));
      const curve = kaplanMeier(
        summaries
          .map(({ tx, T }) => ({ last: Math.round(tx * 7), observed: Math.round(T * 7) - 90 }))
          .filter(({ observed }) => observed > 0)
          .map(({ last, observed }) => ({ time: Math.min(last, observed), ended: last < observed })),
      );
      expectClose(fit, { customers: curve.customers, ended: curve.ended, medianDays: curve.median });
    });

    it('has the dormant customers of the file', async () => {
      const dormant = new Set(dormantCustomers({ date: DATE, days: 180 }, summaries).map(({ customer }) => customer));
      const { scores } = await run('dormancy');
      expectScores(scores, (summary) => ({
        state: dormant.has(summary.customer) ? 'dormant' : 'active',
        silentDays: recencyDays(summary),
      }));
    });

    it('has the profits of the file', async () => {
      const rules = { version: 'x', marginRate: 0.3, costPerOccasion: 200, costPerContact: 0, costPerCase: 0 };
      const facts = summaries.map(({ customer, total, occasions }) => ({ customer, revenue: total, occasions, contacts: 0, cases: 0 })); // prettier-ignore
      const { customers, deciles, total, lossMakers } = profitability(rules, facts);
      const { scores, report } = await run('profitability', { marginRate: 0.3, costPerOccasion: 200 });
      const profits = new Map(customers.map(({ customer, profit }) => [customer, profit]));
      expectScores(scores, ({ customer }) => ({ profit: profits.get(customer) }));
      expectClose(report, { deciles, total, lossMakers });
    });

    it('has the life stages of the file', async () => {
      const before = lines.filter(({ date }) => date <= DATE).map((line) => ({ ...line, category: 'unknown' }));
      const { report } = await run('life-stage');
      expectClose(report['stages'], lifeStagePurchases(before));
    });

    it('has the churn of the file, trained and tested on what came before', async () => {
      const columns = ['occasions', 'recencyDays', 'tenureDays', 'revenue'];
      const known = (date: string) =>
        summarisePurchases(lines, date).map(({ customer, occasions, total, T, lastDate }) => ({
          customer,
          values: [occasions, dayNumber(date) - dayNumber(lastDate), Math.round(T * 7), total],
        }));
      const labelled = (date: string, until: string) => {
        const bought = new Set(
          lines
            .filter((line) => line.date > date && line.date <= until && line.amount >= 0)
            .map(({ customer }) => customer),
        );
        return known(date).map(({ customer, values }) => ({ values, outcome: !bought.has(customer) }));
      };
      const fitted = fitLogistic({ columns, rows: labelled('1997-04-03', '1997-07-02') });
      const test = labelled('1997-07-02', DATE).map(({ values, outcome }) => ({
        outcome,
        probability: scoreLogistic(fitted.parameters, values).probability,
      }));
      const { scores, inputs, fit, report } = await run('churn');
      expectClose(fit['parameters'], fitted.parameters);
      const { auc, brier, logLoss, topDecileLift } = classificationMeasures(test);
      expectClose(report['test'], { auc, brier, logLoss, topDecileLift });
      expect(auc).toBeGreaterThan(0.7);
      const present = new Map(known(DATE).map(({ customer, values }) => [customer, values]));
      expectScores(scores, ({ customer }) => ({
        probability: scoreLogistic(fitted.parameters, present.get(customer) ?? []).probability,
      }));
      const [{ customer } = { customer: '' }] = summaries;
      const why = logisticContributions(fitted.parameters, present.get(customer) ?? []);
      expectClose(
        inputs.get(customer)?.['contributions'],
        why.map(({ column, contribution }) => ({ feature: column, contribution })),
      );
    });
  },
);

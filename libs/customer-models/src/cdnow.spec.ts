import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from './bg-nbd-fit.js';
import { expectedPurchases, pAlive } from './bg-nbd.js';
import { dayNumber } from './calendar-days.js';
import { expectedSpend, fitGammaGamma } from './gamma-gamma.js';
import { holdoutTable } from './holdout.js';
import { summarisePurchases, type PurchaseLine } from './purchase-summary.js';
import { scoreRfmByRank } from './rfm-rank-tiles.js';
import { rfmEdges, scoreRfm } from './rfm.js';

// Beside the repository: the data's licence does not let them into it.
const file = fileURLToPath(new URL('../../../../shared/data/cdnow_sample.csv', import.meta.url));
const describeWithData = existsSync(file) ? describe : describe.skip;

function readLines(): readonly PurchaseLine[] {
  const rows = readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1);
  return rows.map((row) => {
    const [, customer = '', date = '', , dollars = ''] = row.split(',');
    return { customer, date: date.replace(/(....)(..)(..)/, '$1-$2-$3'), amount: Math.round(Number(dollars) * 100) };
  });
}

describeWithData('CDNOW sample (skipped when ../shared/data/cdnow_sample.csv is missing)', () => {
  const lines = existsSync(file) ? readLines() : [];
  const calibration = summarisePurchases(lines, '1997-09-30');
  const everything = summarisePurchases(lines, '1998-06-30');

  it('has the known purchase summary', () => {
    expect(lines).toHaveLength(6_919);
    expect(calibration).toHaveLength(2_357);
    expect(calibration.reduce((sum, { x }) => sum + x, 0)).toBe(2_457);
    expect(calibration.filter(({ x }) => x > 0)).toHaveLength(946);
    const perCustomer = [1, 2, 3, 4, 5].map((n) => everything.filter(({ occasions }) => occasions === n).length);
    expect(perCustomer).toEqual([1_218, 403, 209, 149, 95]);
    expect(everything.reduce((sum, { occasions }) => sum + occasions, 0)).toBe(6_696);
  });

  it('gives the published BG/NBD fit in few steps', () => {
    const fit = fitBgNbd(calibration);
    expect(fit.iterations).toBeLessThan(50);
    expect(fit).toMatchObject({ customers: 2_357, repeatBuyers: 946, distinctHistories: 1_016, converged: true });
    expect(Math.abs(fit.parameters.r - 0.2426)).toBeLessThan(0.002);
    expect(Math.abs(fit.parameters.alpha - 4.4136)).toBeLessThan(0.002);
    expect(Math.abs(fit.parameters.a - 0.7929)).toBeLessThan(0.002);
    expect(Math.abs(fit.parameters.b - 2.4259)).toBeLessThan(0.002);
    expect(Math.abs(fit.logLikelihood + 9_582.429)).toBeLessThan(0.005);
    expect(Math.abs(expectedPurchases(fit.parameters, 39, { x: 2, tx: 30.43, T: 38.86 }) - 1.226)).toBeLessThan(0.002);
    const errors = [0.0126, 0.3782, 0.1857, 0.7054].map((error) => expect.closeTo(error, 3));
    expect(Object.values(fit.standardErrors ?? {})).toEqual(errors);
  });

  it('goes on as the model expects, group by group', () => {
    const after = new Map(everything.map(({ customer, occasions }) => [customer, occasions]));
    const customers = calibration.map((summary) => ({
      ...summary,
      actual: (after.get(summary.customer) ?? NaN) - summary.occasions,
    }));
    const rows = holdoutTable(fitBgNbd(calibration).parameters, 39, customers);
    expect(rows.reduce((sum, { actual }) => sum + actual, 0)).toBe(1_882);
    for (const row of rows) {
      expect(Math.abs(row.actual - row.expected) / row.customers).toBeLessThan(0.6);
    }
  });

  it('gives the published Gamma-Gamma fit and values', () => {
    const inDollars = calibration.map(({ x, zbar }) => ({ x, zbar: zbar === null ? null : zbar / 100 }));
    const fit = fitGammaGamma(inDollars);
    expect(fit).toMatchObject({ customers: 946, leftOut: 0, converged: true });
    expect(Math.abs(fit.parameters.p - 6.25)).toBeLessThan(0.01);
    expect(Math.abs(fit.parameters.q - 3.74)).toBeLessThan(0.01);
    expect(Math.abs(fit.parameters.gamma - 15.44)).toBeLessThan(0.01);
    expect(Math.abs(fit.logLikelihood + 4_055.918)).toBeLessThan(0.005);
    const spend = inDollars.slice(0, 6).map((history) => expectedSpend(fit.parameters, history));
    expect(spend).toEqual([24.65, 18.91, 35.17, 35.17, 35.17, 71.46].map((value) => expect.closeTo(value, 1)));
  });

  it('has the known RFM scores by rank', () => {
    const today = dayNumber('1998-07-01');
    const scores = scoreRfmByRank(
      everything.map(({ customer, lastDate, occasions, total }) => ({
        customer,
        recencyDays: today - dayNumber(lastDate),
        frequency: occasions,
        monetary: total,
      })),
    );
    expect(scores.reduce((sum, { r, f, m }) => sum + r * f * m, 0)).toBe(95_994);
  });

  it('has 655 frequent customers who are slipping away', () => {
    const today = dayNumber('1997-09-30');
    const values = calibration.map(({ lastDate, occasions, total }) => ({
      recencyDays: today - dayNumber(lastDate),
      frequency: occasions,
      monetary: total,
    }));
    const edges = rfmEdges(values);
    const { parameters } = fitBgNbd(calibration);
    const frequent = calibration.filter((_, i) => scoreRfm(edges, values[i]!).f >= 3);
    expect(frequent.filter((history) => pAlive(parameters, history) < 0.7)).toHaveLength(655);
  });
});

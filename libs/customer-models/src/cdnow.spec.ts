import { expect, it } from '@jest/globals';
import { expectedPurchases, fitBgNbd, pAlive } from './bg-nbd.js';
import { dayNumber } from './calendar-days.js';
import { expectedSpend, fitGammaGamma, meanSpend } from './gamma-gamma.js';
import { summariseWithHoldout } from './holdout-summary.js';
import { holdoutTable } from './holdout.js';
import { fitPurchases, type PurchaseModelName } from './purchase-models.js';
import { summarisePurchases, type PurchaseHistory } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { scoreRfmByRank } from './rfm-rank-tiles.js';
import { rfmEdges, scoreRfm } from './rfm.js';
import { describeWith, readCdnow } from './spec-kit/public-data.js';

function shuffled<Row>(rows: readonly Row[], key: string): readonly Row[] {
  const random = keyedRandom(1, key);
  return rows
    .map((row) => ({ row, at: random.uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

function grouped<Row extends PurchaseHistory>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => a.x - b.x || a.tx - b.tx || a.T - b.T);
}

describeWith('cdnow_sample.csv', 'CDNOW sample', () => {
  const lines = readCdnow();
  const calibration = summarisePurchases(lines, '1997-09-30');
  const everything = summarisePurchases(lines, '1998-06-30');
  const fits = new Map<PurchaseModelName, ReturnType<typeof fitPurchases>>();
  const fitOf = (name: PurchaseModelName): ReturnType<typeof fitPurchases> => {
    const fit = fits.get(name) ?? fitPurchases(name, calibration);
    fits.set(name, fit);
    return fit;
  };

  it('has the known purchase summary', () => {
    expect(lines).toHaveLength(6_919);
    expect(calibration).toHaveLength(2_357);
    expect(calibration.reduce((sum, { x }) => sum + x, 0)).toBe(2_457);
    expect(calibration.filter(({ x }) => x > 0)).toHaveLength(946);
    const perCustomer = [1, 2, 3, 4, 5, 6].map(
      (n) => everything.filter(({ occasions }) => Math.min(occasions, 6) === n).length,
    );
    expect(perCustomer).toEqual([1_218, 403, 209, 149, 95, 283]);
    expect(everything.reduce((sum, { occasions }) => sum + occasions, 0)).toBe(6_696);
  });

  it('gives the published BG/NBD errors and expectation in few steps', () => {
    const fit = fitBgNbd(calibration);
    expect(fit.iterations).toBeLessThan(50);
    expect(Math.abs(expectedPurchases(fit.parameters, 39, { x: 2, tx: 30.43, T: 38.86 }) - 1.226)).toBeLessThan(0.002);
    const errors = [0.0126, 0.3782, 0.1857, 0.7054].map((error) => expect.closeTo(error, 3));
    expect(Object.values(fit.standardErrors ?? {})).toEqual(errors);
  });

  it.each([
    ['bg-nbd', [0.2426, 4.4136, 0.7929, 2.4259], [0.002, 0.002, 0.002, 0.002], -9_582.429, 0.005],
    ['pareto-nbd', [0.5532, 10.576, 0.6063, 11.672], [0.002, 0.03, 0.002, 0.03], -9_594.976, 0.01],
    ['mbg-nbd', [0.525, 6.183, 0.891, 1.614], [0.002, 0.002, 0.002, 0.002], null, 0],
  ] as const)(
    'gives the published %s fit for any order of the rows',
    (name, published, tolerances, likelihood, within) => {
      const fit = fitOf(name);
      expect(fit).toMatchObject({
        customers: 2_357,
        repeatBuyers: 946,
        distinctHistories: 1_016,
        converged: true,
        warnings: [],
      });
      for (const [i, value] of Object.values(fit.parameters).entries()) {
        expect(Math.abs(value - published[i]!)).toBeLessThan(tolerances[i]!);
      }
      if (likelihood !== null) expect(Math.abs(fit.logLikelihood - likelihood)).toBeLessThan(within);
      expect(fitPurchases(name, shuffled(calibration, name))).toEqual(fit);
      expect(fitPurchases(name, grouped(calibration))).toEqual(fit);
    },
  );

  it.each(['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const)('goes on as %s expects, group by group', (name) => {
    const { weeks, customers, newCustomers } = summariseWithHoldout(lines, {
      calibrationEnd: '1997-09-30',
      holdoutEnd: '1998-06-30',
    });
    expect({ weeks, newCustomers }).toEqual({ weeks: 39, newCustomers: 0 });
    const rows = holdoutTable(fitOf(name), weeks, customers);
    expect(rows.reduce((sum, { actual }) => sum + actual, 0)).toBe(1_882);
    for (const row of rows) {
      expect(Math.abs(row.actual - row.expected) / row.customers).toBeLessThan(0.6);
    }
  });

  it('gives the published Gamma-Gamma fit and values', () => {
    const inDollars = calibration.map(({ x, zbar }) => ({ x, zbar: zbar === null ? null : zbar / 100 }));
    const fit = fitGammaGamma(inDollars);
    expect(fit).toMatchObject({ customers: 946, leftOut: 0, converged: true, warnings: [] });
    expect(fit.correlation).toBeCloseTo(0.114, 3);
    expect(meanSpend(fit.parameters)).toBeCloseTo(35.17, 1);
    expect(Math.abs(fit.parameters.p - 6.25)).toBeLessThan(0.01);
    expect(Math.abs(fit.parameters.q - 3.74)).toBeLessThan(0.01);
    expect(Math.abs(fit.parameters.gamma - 15.44)).toBeLessThan(0.01);
    expect(Math.abs(fit.logLikelihood + 4_055.918)).toBeLessThan(0.005);
    const spend = inDollars.slice(0, 6).map((history) => expectedSpend(fit.parameters, history));
    expect(spend).toEqual([24.65, 18.91, 35.17, 35.17, 35.17, 71.46].map((value) => expect.closeTo(value, 1)));
  });

  it('gives the same Gamma-Gamma fit for any order of the rows', () => {
    const fit = fitGammaGamma(calibration);
    expect(fitGammaGamma(shuffled(calibration, 'gamma-gamma'))).toEqual(fit);
    expect(fitGammaGamma(grouped(calibration))).toEqual(fit);
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

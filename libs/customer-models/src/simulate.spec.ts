import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from './bg-nbd.js';
import { expectedSpend, fitGammaGamma } from './gamma-gamma.js';
import { summarisePurchases } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { CDNOW_PARAMETERS, simulateCustomer, spendSampler, type CustomerToSimulate } from './simulate.js';

const customer = (i: number): CustomerToSimulate => ({
  seed: 1997,
  key: `customer:${i}`,
  firstFrom: '1997-01-01',
  firstTo: '1997-03-25',
  until: '1998-06-30',
  ...CDNOW_PARAMETERS,
});

const everybody = Array.from({ length: 2_357 }, (_, i) => i);

describe('simulated customers', () => {
  it('buy first in the window and never after the end, in order', () => {
    for (const i of everybody.slice(0, 500)) {
      const dates = simulateCustomer(customer(i)).map(({ date }) => date);
      expect(dates).toEqual(dates.toSorted());
      expect(dates[0]! >= '1997-01-01' && dates[0]! <= '1997-03-25' && dates.at(-1)! <= '1998-06-30').toBe(true);
    }
  });

  it('do not change when the history is drawn for longer', () => {
    for (const i of everybody.slice(0, 300)) {
      const short = simulateCustomer({ ...customer(i), until: '1997-09-30' });
      const long = simulateCustomer(customer(i));
      expect(long.slice(0, short.length)).toEqual(short);
    }
  });

  it('look like CDNOW to the models', () => {
    const lines = everybody.flatMap((i) =>
      simulateCustomer(customer(i)).map(({ date, amountMinor }) => ({
        customer: `${i}`,
        date,
        amount: amountMinor / 100,
      })),
    );
    const summaries = summarisePurchases(lines, '1997-09-30');
    const { parameters, standardErrors } = fitBgNbd(summaries);
    expect(Math.abs(parameters.r - CDNOW_PARAMETERS.purchases.r)).toBeLessThan(3 * standardErrors!.r);
    expect(Math.abs(parameters.alpha - CDNOW_PARAMETERS.purchases.alpha)).toBeLessThan(3 * standardErrors!.alpha);
    const mean = expectedSpend(fitGammaGamma(summaries).parameters, { x: 0, zbar: null });
    expect(Math.abs(mean / 35.17 - 1)).toBeLessThan(0.1);
  });

  it('need dates in order', () => {
    expect(() => simulateCustomer({ ...customer(1), until: '1997-02-01' })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});

describe('fitting Gamma-Gamma', () => {
  it('recovers the parameters that the values were drawn from', () => {
    const truth = CDNOW_PARAMETERS.spend;
    const spenders = Array.from({ length: 2_500 }, (_, i) => {
      const draw = spendSampler(keyedRandom(8, `${i}`), truth);
      const x = 1 + (i % 6);
      return { x, zbar: Array.from({ length: x }, draw).reduce((sum, value) => sum + value, 0) / x };
    });
    const { parameters, standardErrors, converged } = fitGammaGamma(spenders);
    expect(converged).toBe(true);
    for (const name of ['p', 'q', 'gamma'] as const) {
      expect(Math.abs(parameters[name] - truth[name]) / standardErrors![name]).toBeLessThan(3);
    }
  });

  it('leaves customers out whose purchases were all returned, and says so', () => {
    const fit = fitGammaGamma([
      { x: 1, zbar: 5 },
      { x: 2, zbar: 9 },
      { x: 4, zbar: 6 },
      { x: 3, zbar: 0 },
      { x: 0, zbar: null },
    ]);
    expect(fit).toMatchObject({ customers: 3, leftOut: 1 });
  });

  it('refuses data that cannot carry it', () => {
    expect(() => fitGammaGamma([{ x: 0, zbar: null }])).toThrow(expect.objectContaining({ code: 'no-repeat-buyers' }));
    expect(() => fitGammaGamma([{ x: 1, zbar: NaN }])).toThrow(expect.objectContaining({ code: 'invalid-history' }));
    expect(() => expectedSpend({ p: 6, q: 0.9, gamma: 15 }, { x: 0, zbar: null })).toThrow(
      expect.objectContaining({ code: 'invalid-parameters' }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { BG_NBD, expectedPurchases, fitBgNbd, scoreBgNbd, type BgNbdParameters } from './bg-nbd.js';
import { groupHistories } from './purchase-histories.js';
import { logLikelihoodUnder } from './purchase-model-fit.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { simulateHistory, simulateRepeatTimes } from './simulate.js';

const truth: BgNbdParameters = { r: 0.6, alpha: 6, a: 0.9, b: 2.5 };

function simulated(customers: number, parameters: BgNbdParameters, seed: number): readonly PurchaseHistory[] {
  return Array.from({ length: customers }, (_, i) =>
    simulateHistory(keyedRandom(seed, `${i}`), parameters, 30 + (i % 20)),
  );
}

describe('fitting BG/NBD', () => {
  it.each([
    [1, truth],
    [2, { r: 2, alpha: 3, a: 0.4, b: 1.2 }],
    [3, { r: 0.25, alpha: 4.4, a: 2, b: 6 }],
  ])('recovers the parameters that the customers were drawn from (seed %d)', (seed, parameters) => {
    const fit = fitBgNbd(simulated(2_500, parameters, seed));
    expect(fit.converged).toBe(true);
    expect(fit.standardErrors).not.toBeNull();
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      const distance = Math.abs(fit.parameters[name] - parameters[name]) / fit.standardErrors![name];
      expect(distance).toBeLessThan(3);
    }
  });

  it('predicts the purchases that those customers go on to make', () => {
    const [calibration, horizon] = [39, 39];
    let [actual, expected] = [0, 0];
    for (let i = 0; i < 3_000; i += 1) {
      const times = simulateRepeatTimes(keyedRandom(4, `${i}`), truth, calibration + horizon);
      const before = times.filter((time) => time < calibration);
      actual += times.length - before.length;
      expected += expectedPurchases(truth, horizon, { x: before.length, tx: before.at(-1) ?? 0, T: calibration });
    }
    expect(Math.abs(actual / expected - 1)).toBeLessThan(0.07);
  });

  it('weighs equal histories by their number', () => {
    const few = simulated(300, truth, 5);
    const once = fitBgNbd(few);
    const thrice = fitBgNbd([...few, ...few, ...few]);
    expect(thrice.distinctHistories).toBe(once.distinctHistories);
    expect(thrice.logLikelihood).toBeCloseTo(3 * once.logLikelihood, 6);
    expect(thrice.parameters.alpha).toBeCloseTo(once.parameters.alpha, 4);
    expect(thrice.standardErrors!.r).toBeCloseTo(once.standardErrors!.r / Math.sqrt(3), 4);
  });

  it('comes out the same for every order of the customers', () => {
    const customers = simulated(300, truth, 6);
    expect(fitBgNbd(customers.toReversed())).toEqual(fitBgNbd(customers));
  });

  it('has a likelihood that stays finite for hundreds of purchases', () => {
    const groups = groupHistories([
      { x: 900, tx: 10, T: 500 },
      { x: 1, tx: 1, T: 1 },
    ]);
    expect(Number.isFinite(logLikelihoodUnder(BG_NBD, truth, groups))).toBe(true);
  });

  it('gives no NaN on data that hardly say anything', () => {
    for (let seed = 0; seed < 25; seed += 1) {
      const random = keyedRandom(seed, 'noise');
      const noise = Array.from({ length: 4 + Math.floor(random.uniform() * 20) }, (_, i) => {
        const x = i === 0 ? 1 : Math.floor(random.uniform() * 6);
        const T = random.uniform() * 100;
        return { x, tx: x === 0 ? 0 : T * random.uniform(), T };
      });
      const fit = fitBgNbd(noise);
      expect(Object.values(fit.parameters).every((value) => value > 0 && value < Infinity)).toBe(true);
      expect(Number.isFinite(fit.logLikelihood)).toBe(true);
      for (const history of noise) {
        const score = scoreBgNbd(fit.parameters, 52, history);
        expect(score.pAlive >= 0 && score.pAlive <= 1).toBe(true);
        expect(score.expectedPurchases >= 0 && score.expectedPurchases < Infinity).toBe(true);
      }
    }
  });

  it('leaves standard errors open where a parameter runs away', () => {
    const alike = Array.from({ length: 100 }, () => ({ x: 3, tx: 20, T: 30 }));
    expect(fitBgNbd(alike).standardErrors).toBeNull();
  });

  it('refuses data that cannot carry it', () => {
    expect(() => fitBgNbd([])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => fitBgNbd([{ x: 0, tx: 0, T: 9 }])).toThrow(expect.objectContaining({ code: 'no-repeat-buyers' }));
    expect(() => fitBgNbd([{ x: 1, tx: NaN, T: 9 }])).toThrow(expect.objectContaining({ code: 'invalid-history' }));
  });
});

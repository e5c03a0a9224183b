import { describe, expect, it } from '@jest/globals';
import { scoreBgNbd } from './bg-nbd.js';
import { fitMbgNbd, MBG_NBD, scoreMbgNbd } from './mbg-nbd.js';
import { groupHistories } from './purchase-histories.js';
import { logLikelihoodUnder } from './purchase-model-fit.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { drawBeta, drawExponential, drawGamma } from './samplers.js';

const cdnow = { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 };

function simulated(index: number, weeks: number): PurchaseHistory {
  const random = keyedRandom(32, `${index}`);
  const rate = drawGamma(random, cdnow.r, cdnow.alpha);
  const leaving = drawBeta(random, cdnow.a, cdnow.b);
  const times: number[] = [];
  let at = 0;
  while (random.uniform() >= leaving) {
    at += drawExponential(random, rate);
    if (at >= weeks) break;
    times.push(at);
  }
  return { x: times.length, tx: times.at(-1) ?? 0, T: weeks };
}

describe('MBG/NBD', () => {
  // Expected values: integrals over the chance of leaving, by quadrature in 20-digit arithmetic (mpmath 1.3).
  it.each([
    [{ x: 0, tx: 0, T: 38.86 }, 0.389735080919, 0.154012746675],
    [{ x: 2, tx: 30.43, T: 38.86 }, 0.706202265118, 1.26296062327],
    [{ x: 200, tx: 38, T: 39 }, 0.717856497236, 92.8909440474],
  ])('scores %j', (history, alive, purchases) => {
    const score = scoreMbgNbd(cdnow, 39, history);
    expect(score.pAlive / alive).toBeCloseTo(1, 9);
    expect(score.expectedPurchases / purchases).toBeCloseTo(1, 8);
  });

  it.each([
    [{ x: 0, tx: 0, T: 38.86 }, -0.539837463531],
    [{ x: 2, tx: 30.43, T: 38.86 }, -9.48555131453],
    [{ x: 7, tx: 12.5, T: 39 }, -17.8844572531],
  ])('has for %j the likelihood of customers drawn from it', (history, expected) => {
    expect(logLikelihoodUnder(MBG_NBD, cdnow, groupHistories([history]))).toBeCloseTo(expected, 9);
  });

  it('doubts a customer who never came back, which BG/NBD does not', () => {
    const never = { x: 0, tx: 0, T: 38.86 };
    expect(scoreMbgNbd(cdnow, 1, never).pAlive).toBeLessThan(0.5);
    expect(scoreBgNbd(cdnow, 1, never).pAlive).toBe(1);
  });

  it('recovers the parameters that the customers were drawn from', () => {
    const fit = fitMbgNbd(Array.from({ length: 2_500 }, (_, i) => simulated(i, 30 + (i % 10))));
    expect(fit).toMatchObject({ model: 'mbg-nbd', converged: true, warnings: [] });
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(Math.abs(fit.parameters[name] - cdnow[name]) / fit.standardErrors![name]).toBeLessThan(3);
    }
  });

  it('refuses parameters that are not positive', () => {
    expect(() => scoreMbgNbd({ ...cdnow, a: -1 }, 1, { x: 0, tx: 0, T: 1 })).toThrow(
      expect.objectContaining({ code: 'invalid-parameters', message: 'mbg-nbd a must be positive, not -1' }),
    );
  });
});

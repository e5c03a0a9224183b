import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from './bg-nbd.js';
import { fitGammaGamma } from './gamma-gamma.js';
import { lifetimeValue, type LifetimeValueQuestion } from './lifetime-value.js';
import { keyedRandom } from './random.js';
import { CDNOW_PARAMETERS, simulateHistory, spendSampler } from './simulate.js';

const DRAWS = 200;
const { purchases, spend } = CDNOW_PARAMETERS;
const truth: LifetimeValueQuestion = {
  purchases: { model: 'bg-nbd', parameters: purchases },
  spend: { parameters: spend },
  months: 12,
  monthlyDiscount: 0.01,
};
const CUSTOMERS = [
  { x: 0, tx: 0, T: 38, zbar: null, margin: 0.3 },
  { x: 2, tx: 30, T: 38, zbar: 22, margin: 0.3 },
  { x: 3, tx: 8, T: 38, zbar: 60, margin: 0.3 },
  { x: 12, tx: 36, T: 38, zbar: 35, margin: 0.3 },
];

function fittedOn(draw: number): LifetimeValueQuestion {
  const histories = Array.from({ length: 2_000 }, (_, i) =>
    simulateHistory(keyedRandom(`coverage-${draw}`, `${i}`), purchases, 27 + (i % 13)),
  );
  const spenders = histories.map(({ x }, i) => {
    const next = spendSampler(keyedRandom(`coverage-spend-${draw}`, `${i}`), spend);
    return { x, zbar: x === 0 ? null : Array.from({ length: x }, next).reduce((sum, value) => sum + value, 0) / x };
  });
  return { ...truth, purchases: fitBgNbd(histories), spend: fitGammaGamma(spenders) };
}

describe('the 95 % interval of a lifetime value', () => {
  it('holds the expectation under the true parameters about 95 times in 100, for light and heavy buyers', () => {
    const covered = CUSTOMERS.map(() => 0);
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const question = fittedOn(draw);
      for (const [i, customer] of CUSTOMERS.entries()) {
        const expected = lifetimeValue(truth, customer).value;
        const [low, high] = lifetimeValue(question, customer).interval ?? [NaN, NaN];
        if (low <= expected && expected <= high) covered[i]! += 1;
      }
    }
    // 95 % of 200 draws, three standard errors of a count below and all above.
    for (const count of covered) {
      expect(count).toBeGreaterThanOrEqual(181);
      expect(count).toBeLessThan(DRAWS);
    }
    expect(covered.reduce((sum, count) => sum + count, 0) / (DRAWS * CUSTOMERS.length)).toBeCloseTo(0.95, 1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { campaignEffects, type ArmCounts } from './campaign-result.js';
import { fitLogistic } from './logistic-fit.js';
import type { Proportion } from './proportions.js';
import { newcombeInterval } from './proportions.js';
import { keyedRandom, type KeyedRandom } from './random.js';
import { drawBeta, drawGamma, drawNormal } from './samplers.js';
import { fitSbg } from './sbg-fit.js';
import { welchDifference, type SampleSums } from './welch.js';

const DRAWS = 2_000;

function drawRate(random: KeyedRandom, n: number, rate: number): Proportion {
  let successes = 0;
  for (let i = 0; i < n; i += 1) if (random.uniform() < rate) successes += 1;
  return { successes, n };
}

/** A tenth of the members spend, 50 on average. */
function drawRevenue(random: KeyedRandom, n: number, share: number): SampleSums {
  let [sum, squaredSum] = [0, 0];
  for (let i = 0; i < n; i += 1) {
    if (random.uniform() >= share) continue;
    const value = drawGamma(random, 2, 0.04);
    sum += value;
    squaredSum += value * value;
  }
  return { n, sum, squaredSum };
}

function drawArm(random: KeyedRandom, arm: string, members: number): ArmCounts {
  const responses = drawRate(random, members, 0.2).successes;
  const conversions = drawRate(random, responses, 0.5).successes;
  const { sum, squaredSum } = drawRevenue(random, members, 0.1);
  return { arm, members, responses, conversions, revenueSum: sum, revenueSquaredSum: squaredSum };
}

function shareOf(draws: number, holds: (random: KeyedRandom) => boolean): number {
  let held = 0;
  for (let draw = 0; draw < draws; draw += 1) if (holds(keyedRandom('planted', `${draw}`))) held += 1;
  return held / draws;
}

describe('intervals over 2,000 campaigns with a planted effect', () => {
  it.each([
    [600, 200, 0.14, 0.1],
    [2_000, 500, 0.06, 0.05],
  ])("Newcombe's cover it in 93–97 %% (%d and %d members, %d against %d)", (treated, control, rate, base) => {
    const covered = shareOf(DRAWS, (random) => {
      const [low, high] = newcombeInterval(drawRate(random, treated, rate), drawRate(random, control, base));
      return low <= rate - base && rate - base <= high;
    });
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  it("Welch's cover it in 93–97 %, though nine members of ten spend nothing", () => {
    const covered = shareOf(DRAWS, (random) => {
      const { interval } = welchDifference(drawRevenue(random, 900, 0.12), drawRevenue(random, 600, 0.1));
      return interval !== null && interval[0] <= 1 && 1 <= interval[1];
    });
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });
});

describe('verdicts over 2,000 campaigns without any effect', () => {
  it('are positive or negative in at most 6 % of them, on every metric', () => {
    const wrong = new Map<string, number>();
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const random = keyedRandom('nothing', `${draw}`);
      const arms = [drawArm(random, 'a', 600), drawArm(random, 'b', 300)];
      for (const { metric, verdict } of campaignEffects({ arms, control: 'b' })) {
        const claims = verdict === 'positive' || verdict === 'negative';
        wrong.set(metric, (wrong.get(metric) ?? 0) + Number(claims));
      }
    }
    expect([...wrong.keys()]).toEqual(['response', 'conversion', 'revenue-per-member']);
    for (const claims of wrong.values()) {
      expect(claims / DRAWS).toBeLessThanOrEqual(0.06);
      expect(claims).toBeGreaterThan(0);
    }
  });
});

describe('parameters that data were drawn from', () => {
  it.each([
    [0.7, 3.8],
    [0.7, 1.2],
    [2, 8],
  ])('come back from sBG within three standard errors in 95 of 100 draws (%d, %d)', (alpha, beta) => {
    const recovered = shareOf(100, (random) => {
      const survivors = [2_000, 0, 0, 0, 0, 0, 0, 0];
      for (let customer = 0; customer < 2_000; customer += 1) {
        const leaving = drawBeta(random, alpha, beta);
        for (let t = 1; t < 8 && random.uniform() >= leaving; t += 1) survivors[t]! += 1;
      }
      const { parameters, standardErrors } = fitSbg([survivors]);
      if (standardErrors === null) return false;
      return (
        Math.abs(parameters.alpha - alpha) < 3 * standardErrors.alpha &&
        Math.abs(parameters.beta - beta) < 3 * standardErrors.beta
      );
    });
    expect(recovered).toBeGreaterThanOrEqual(0.95);
  });

  it('come back from a logistic regression within three standard errors in 95 of 100 draws', () => {
    const recovered = shareOf(100, (random) => {
      const rows = Array.from({ length: 600 }, () => {
        const values = [drawNormal(random) * 20 + 100, Number(random.uniform() < 0.3)] as const;
        const logOdds = -6 + 0.05 * values[0] - 0.8 * values[1];
        return { values, outcome: random.uniform() < 1 / (1 + Math.exp(-logOdds)) };
      });
      const { parameters, interceptStandardError } = fitLogistic({ columns: ['spend', 'lapsed'], rows });
      const [spend, lapsed] = parameters.columns;
      return (
        Math.abs(parameters.intercept + 6) < 3 * interceptStandardError &&
        Math.abs(spend!.coefficient - 0.05) < 3 * spend!.standardError &&
        Math.abs(lapsed!.coefficient + 0.8) < 3 * lapsed!.standardError
      );
    });
    expect(recovered).toBeGreaterThanOrEqual(0.95);
  });
});

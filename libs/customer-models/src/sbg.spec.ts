import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitSbg } from './sbg-fit.js';
import { sbgLifetime, sbgResidualLifetime, sbgRetention, sbgSurvival } from './sbg.js';

// Percent of customers surviving years 0 to 12, of 1,000 (Fader & Hardie 2007, table 1). The model sees years 0 to 7.
const HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394];
const REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173];

describe('projecting retention', () => {
  it.each([
    ['High End', HIGH_END, 0.668, 3.806],
    ['Regular', REGULAR, 0.704, 1.182],
  ])('%s has the published parameters', (_, survivors, alpha, beta) => {
    const fit = fitSbg([survivors.slice(0, 8)]);
    expect(fit).toMatchObject({
      customers: 1000,
      lost: 1000 - survivors[7]!,
      periods: 7,
      converged: true,
      warnings: [],
    });
    expect(Math.abs(fit.parameters.alpha - alpha)).toBeLessThan(0.0005);
    expect(Math.abs(fit.parameters.beta - beta)).toBeLessThan(0.0005);
  });

  it.each([
    ['High End', HIGH_END],
    ['Regular', REGULAR],
  ])('%s goes on as projected in the five years that the model has not seen', (_, survivors) => {
    const { parameters } = fitSbg([survivors.slice(0, 8)]);
    for (const [year, left] of survivors.entries()) {
      if (year > 7) expect(Math.abs(sbgSurvival(parameters, year) - left / 1000)).toBeLessThan(0.02);
    }
  });

  it('has the standard errors of the information matrix in closed form', () => {
    const fit = fitSbg([HIGH_END.slice(0, 8)]);
    const { alpha, beta } = fit.parameters;
    let [aa, ab, bb] = [0, 0, 0];
    for (let t = 0; t < 7; t += 1) {
      const [kept, lost] = [HIGH_END[t + 1]!, HIGH_END[t]! - HIGH_END[t + 1]!];
      const all = (kept + lost) / (alpha + beta + t) ** 2;
      aa += lost / alpha ** 2 - all;
      ab -= all;
      bb += kept / (beta + t) ** 2 - all;
    }
    const determinant = aa * bb - ab * ab;
    expect(fit.standardErrors!.alpha).toBeCloseTo(Math.sqrt(bb / determinant), 3);
    expect(fit.standardErrors!.beta).toBeCloseTo(Math.sqrt(aa / determinant), 3);
  });

  it('adds up cohorts, also of different ages, whatever their order', () => {
    const [older, younger] = [REGULAR.slice(0, 8), [500, 320, 240]];
    expect(fitSbg([older, younger])).toEqual(fitSbg([younger, older]));
    const third = [500, 311, 228];
    expect(fitSbg([younger, older, third])).toEqual(fitSbg([older, third, younger]));
    expect(fitSbg([younger, third])).toEqual(fitSbg([[1_000, 631, 468]]));
    const halves = fitSbg([REGULAR.slice(0, 8), REGULAR.slice(0, 8)]);
    expect(halves.parameters.alpha).toBeCloseTo(fitSbg([older]).parameters.alpha, 5);
    expect(halves.standardErrors!.alpha).toBeCloseTo(fitSbg([older]).standardErrors!.alpha / Math.sqrt(2), 4);
  });

  it('warns where customers are all alike', () => {
    const fit = fitSbg([[100_000, 80_000, 64_000, 51_200, 40_960]]);
    expect(fit.warnings.map(({ code }) => code)).toContain('customers-alike');
    expect(fit.parameters.alpha / (fit.parameters.alpha + fit.parameters.beta)).toBeCloseTo(0.2, 3);
  });

  it('warns where the losses leave the parameters open', () => {
    const fit = fitSbg([[10, 5, 5]]);
    expect(fit.standardErrors).toBeNull();
    expect(fit.warnings).toContainEqual({
      code: 'parameters-not-identified',
      message: expect.stringContaining('very different parameters'),
    });
  });

  it('takes more cohorts than a call has arguments', () => {
    const cohorts = Array.from({ length: 200_000 }, () => [2, 1, 1]);
    expect(fitSbg([...cohorts, [10, 8, 7, 6]])).toMatchObject({ customers: 400_010, periods: 3 });
  });

  it.each([
    [[], 'no-customers'],
    [[[0, 0, 0]], 'no-customers'],
    [[[1, 1, 0]], 'too-few-rows'],
    [[[]], 'invalid-counts'],
    [[[10, 11]], 'invalid-counts'],
    [[[10, 9.5]], 'invalid-counts'],
    [[[10, NaN]], 'invalid-counts'],
    [[[10, -1]], 'invalid-counts'],
    [[[10]], 'too-few-periods'],
    [[[10, 6]], 'too-few-periods'],
    [[[10, 0, 0]], 'too-few-periods'],
    [[[10, 10, 10]], 'nobody-lost'],
  ])('refuses %j', (cohorts, code) => {
    expect(() => fitSbg(cohorts)).toThrow(expect.objectContaining({ code }));
  });

  it('never gives NaN, whatever the losses', () => {
    const cohort = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 9 }).map((counts) => {
      const falling = counts.toSorted((a, b) => b - a);
      return [falling[0]! + 2, falling[0]! + 1, ...falling.slice(1)];
    });
    fc.assert(
      fc.property(cohort, (survivors) => {
        const fit = fitSbg([survivors]);
        const { alpha, beta } = fit.parameters;
        expect(alpha > 0 && alpha < Infinity && beta > 0 && beta < Infinity).toBe(true);
        expect(fit.logLikelihood).toBeLessThanOrEqual(0);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

describe('lifetime under sBG', () => {
  const parameters = { alpha: 0.668, beta: 3.806 };

  it('is the discounted sum of survival', () => {
    let [lifetime, residual] = [0, 0];
    for (let t = 0; t < 400; t += 1) {
      lifetime += sbgSurvival(parameters, t) / 1.1 ** t;
      residual += sbgSurvival(parameters, t + 5) / sbgSurvival(parameters, 4) / 1.1 ** t;
    }
    expect(sbgLifetime(parameters, 0.1)).toBeCloseTo(lifetime, 9);
    expect(sbgResidualLifetime(parameters, 5, 0.1)).toBeCloseTo(residual, 9);
  });

  // ₂F₁(1, β; α+β; 1/(1+d)) in arithmetic of up to 700 digits (mpmath), the last but one by summing S(t)/(1+d)^t.
  it.each([
    [0.704, 1.182, 1e-2, 9.41875957624878197],
    [0.704, 1.182, 1e-6, 184.803559447341424],
    [0.704, 1.182, 1e-7, 368.274944355059504],
    [0.704, 1.182, 1e-8, 730.992614408943831],
    [0.704, 1.182, 1e-12, 11209.1254584222061],
    [0.704, 1.182, 1e-300, 1.98466717555128506e89],
    [0.704, 1.182, 100, 1.00625201085561161],
    [0.668, 3.806, 1e-8, 2880.85535251606958],
    [1, 1, 1e-10, 23.0258509323430419],
    [0.999999, 2, 1e-9, 39.4469033330105523],
    [2, 3, 1e-10, 3.99999997456897888],
    [4, 0.2, 1e-15, 1.06666666666666656],
    [0.001, 2, 1e-5, 98955.3046328430656],
    [2e-9, 1e-9, 0.1, 4.33333331734736491],
    [0.04, 5, 1e-200, 1.08855614369979896e192],
    [0.003, 5, 1e-300, 1.26682898774920442e299],
    [0.012, 5, 1e-300, 2.57582299231549553e296],
    [0.5, 1e-9, 1e-4, 1.00000031215933159],
    [50, 60, 1e-6, 2.22448701531251193],
    [12345.5, 4e6, 1e-9, 325.0308396266608],
    [3, 1e8, 1e-9, 46007322.2002734981],
    [1e8, 1e8, 1e-3, 1.9980040019661476],
    [1, 1, 1e308, 1],
  ])('for alpha %d, beta %d is right at a discount of %d', (alpha, beta, discount, expected) => {
    expect(Math.abs(sbgLifetime({ alpha, beta }, discount) / expected - 1)).toBeLessThan(1e-12);
  });

  it('is the sum of survival for any parameters', () => {
    const parameter = fc.double({ min: -6, max: 5, noNaN: true }).map(Math.exp);
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 0.02, max: 2, noNaN: true }), (alpha, beta, discount) => {
        let [sum, term] = [1, 1];
        for (let t = 1; term > 1e-17; t += 1) sum += term *= (beta + t - 1) / (alpha + beta + t - 1) / (1 + discount);
        expect(sbgLifetime({ alpha, beta }, discount) / sum).toBeCloseTo(1, 12);
      }),
      { seed: 1 },
    );
  });

  it('is refused where no number holds it', () => {
    expect(() => sbgLifetime({ alpha: 1e-9, beta: 1 }, 1e-320)).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });

  it('starts with the first payment, and goes on with what the first renewal brings', () => {
    expect(sbgLifetime(parameters, 0.1)).toBeCloseTo(1 + sbgResidualLifetime(parameters, 1, 0.1) / 1.1, 12);
  });

  it('grows with tenure, and so does retention', () => {
    fc.assert(
      fc.property(
        fc.record({
          alpha: fc.double({ min: 0.01, max: 50, noNaN: true }),
          beta: fc.double({ min: 0.01, max: 50, noNaN: true }),
        }),
        fc.integer({ min: 1, max: 60 }),
        (mix, period) => {
          expect(sbgRetention(mix, period + 1)).toBeGreaterThan(sbgRetention(mix, period));
          expect(sbgResidualLifetime(mix, period + 1, 0.1)).toBeGreaterThan(sbgResidualLifetime(mix, period, 0.1));
          expect(sbgResidualLifetime(mix, period, 0.1)).toBeLessThan(11);
        },
      ),
      { seed: 1 },
    );
  });

  it.each([
    [() => sbgSurvival({ alpha: 0, beta: 1 }, 1), 'invalid-parameters'],
    [() => sbgSurvival({ alpha: 1, beta: Infinity }, 1), 'invalid-parameters'],
    [() => sbgSurvival(parameters, -1), 'invalid-value'],
    [() => sbgRetention(parameters, 0), 'invalid-value'],
    [() => sbgRetention(parameters, 1.5), 'invalid-value'],
    [() => sbgLifetime(parameters, 0), 'invalid-value'],
    [() => sbgResidualLifetime(parameters, 1, NaN), 'invalid-value'],
  ])('refuses what has no answer (case %#)', (ask, code) => {
    expect(ask).toThrow(expect.objectContaining({ code }));
  });
});

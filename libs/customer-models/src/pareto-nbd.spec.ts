import { describe, expect, it } from '@jest/globals';
import { fitParetoNbd, PARETO_NBD, scoreParetoNbd, type ParetoNbdParameters } from './pareto-nbd.js';
import { groupHistories } from './purchase-histories.js';
import { logLikelihoodUnder } from './purchase-model-fit.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { drawExponential, drawGamma } from './samplers.js';

const truth: ParetoNbdParameters = { r: 0.8, alpha: 8, s: 1.2, beta: 20 };

function simulated(index: number, weeks: number): PurchaseHistory {
  const random = keyedRandom(31, `${index}`);
  const rate = drawGamma(random, truth.r, truth.alpha);
  const lifetime = drawExponential(random, drawGamma(random, truth.s, truth.beta));
  const times: number[] = [];
  for (let at = drawExponential(random, rate); at < Math.min(weeks, lifetime); at += drawExponential(random, rate)) {
    times.push(at);
  }
  return { x: times.length, tx: times.at(-1) ?? 0, T: weeks };
}

describe('Pareto/NBD scores', () => {
  // Expected values: the defining integral over the time of leaving, by quadrature in 30-digit arithmetic (mpmath 1.3).
  it.each([
    [
      { r: 0.5532, alpha: 10.576, s: 0.6063, beta: 11.672 },
      39,
      { x: 2, tx: 30.43, T: 38.86 },
      0.869112143505059,
      1.45508665040395,
    ],
    [
      { r: 0.5532, alpha: 10.576, s: 0.6063, beta: 11.672 },
      39,
      { x: 0, tx: 0, T: 38.86 },
      0.2951227615237,
      0.107056509633431,
    ],
    [{ r: 0.5, alpha: 12, s: 0.6, beta: 3 }, 52, { x: 4, tx: 20, T: 39 }, 0.383779996841384, 1.35194870805751],
    [{ r: 0.5, alpha: 3, s: 0.6, beta: 12 }, 52, { x: 4, tx: 20, T: 39 }, 0.367985318093074, 1.63208383862437],
    [{ r: 0.25, alpha: 4, s: 1, beta: 4 }, 52, { x: 3, tx: 10, T: 30 }, 0.0910548919881169, 0.27461763958798],
    [{ r: 0.25, alpha: 1000, s: 2, beta: 0.5 }, 52, { x: 3, tx: 10, T: 30 }, 0.11364961615712, 0.00689387403921008],
    [{ r: 0.25, alpha: 0.5, s: 40, beta: 2000 }, 52, { x: 3, tx: 10, T: 30 }, 0.214781533267422, 0.747043393412233],
    [{ r: 0.25, alpha: 0.001, s: 0.7, beta: 900 }, 52, { x: 0, tx: 0, T: 30 }, 0.969867237222162, 0.412288459901421],
    [{ r: 3, alpha: 900, s: 0.7, beta: 0.001 }, 52, { x: 0, tx: 0, T: 30 }, 0.000665858685188574, 7.56286471574145e-5],
    [
      { r: 0.55, alpha: 10, s: 0.6, beta: 11 },
      52,
      { x: 300, tx: 80, T: 90 },
      8.42991992701044e-12,
      1.15615214407654e-9,
    ],
    [
      { r: 0.55, alpha: 10, s: 0.6, beta: 11 },
      52,
      { x: 300, tx: 20, T: 90 },
      1.80225049884223e-155,
      2.47176224263189e-153,
    ],
    [{ r: 0.55, alpha: 10, s: 0.6, beta: 500 }, 52, { x: 150, tx: 38, T: 39 }, 0.992441219000441, 154.19286441656],
    [{ r: 1e-3, alpha: 1e-3, s: 1e-3, beta: 1e5 }, 52, { x: 1, tx: 1, T: 39 }, 0.999998569084968, 1.33463018876777],
  ])('%j over %d weeks for %j', (parameters, weeks, history, alive, purchases) => {
    const score = scoreParetoNbd(parameters, weeks, history);
    expect(score.pAlive / alive).toBeCloseTo(1, 9);
    expect(score.expectedPurchases / purchases).toBeCloseTo(1, 9);
  });

  // Published in the walkthrough of R's BTYD, whose estimates these are.
  it('are those published for a frequent buyer', () => {
    const published = { r: 0.5533971, alpha: 10.5801985, s: 0.6060625, beta: 11.6562237 };
    const score = scoreParetoNbd(published, 52, { x: 26, tx: 30.86, T: 31 });
    expect(Math.abs(score.expectedPurchases - 25.46)).toBeLessThan(0.01);
    expect(Math.abs(score.pAlive - 0.9979)).toBeLessThan(0.0002);
  });

  it('hold a customer who bought a moment ago for alive', () => {
    expect(scoreParetoNbd(truth, 0, { x: 2, tx: 9, T: 9 })).toEqual({ pAlive: 1, expectedPurchases: 0 });
  });

  it('are numbers within bounds at the ends of every parameter', () => {
    const ends = [1e-8, 0.5, 1, 1e8];
    const cases = ends.flatMap((r) =>
      ends.flatMap((alpha) => ends.flatMap((s) => ends.map((beta) => ({ r, alpha, s, beta })))),
    );
    for (const parameters of cases) {
      for (const [x, tx] of [
        [0, 0],
        [1, 1e-9],
        [5_000, 50],
      ] as const) {
        const { pAlive, expectedPurchases } = scoreParetoNbd(parameters, 100, { x, tx, T: 60 });
        expect(pAlive >= 0 && pAlive <= 1).toBe(true);
        expect(expectedPurchases >= 0 && expectedPurchases < Infinity).toBe(true);
      }
    }
  });

  it.each([
    [{ ...truth, s: 0 }, 1, { x: 0, tx: 0, T: 1 }, 'invalid-parameters'],
    [{ ...truth, beta: NaN }, 1, { x: 0, tx: 0, T: 1 }, 'invalid-parameters'],
    [truth, 1, { x: 2, tx: 3, T: 1 }, 'invalid-history'],
    [truth, -1, { x: 0, tx: 0, T: 1 }, 'invalid-value'],
  ])('refuse %j, %d, %j with %s', (parameters, weeks, history, code) => {
    expect(() => scoreParetoNbd(parameters, weeks, history)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the Pareto/NBD likelihood', () => {
  // Expected values: the double integral over purchase and dropout rates, by quadrature (mpmath 1.3).
  it.each([
    [{ r: 1.5, alpha: 10, s: 2, beta: 12 }, { x: 0, tx: 0, T: 38.86 }, -0.618574682],
    [{ r: 1.5, alpha: 10, s: 2, beta: 12 }, { x: 2, tx: 30.43, T: 38.86 }, -11.2344108],
    [{ r: 1.5, alpha: 10, s: 2, beta: 12 }, { x: 7, tx: 12.5, T: 39 }, -16.4888299],
    [{ r: 1.5, alpha: 12, s: 2, beta: 5 }, { x: 0, tx: 0, T: 38.86 }, -0.31860356],
    [{ r: 1.5, alpha: 12, s: 2, beta: 5 }, { x: 2, tx: 30.43, T: 38.86 }, -12.4796281],
    [{ r: 1.5, alpha: 12, s: 2, beta: 5 }, { x: 7, tx: 12.5, T: 39 }, -17.714855],
  ])('under %j of %j is that of customers drawn from it', (parameters, history, expected) => {
    expect(logLikelihoodUnder(PARETO_NBD, parameters, groupHistories([history]))).toBeCloseTo(expected, 6);
  });
});

describe('fitting Pareto/NBD', () => {
  it('recovers the parameters that the customers were drawn from', () => {
    const fit = fitParetoNbd(Array.from({ length: 1_000 }, (_, i) => simulated(i, 30 + (i % 10))));
    expect(fit).toMatchObject({ model: 'pareto-nbd', converged: true, customers: 1_000, warnings: [] });
    for (const name of ['r', 'alpha', 's', 'beta'] as const) {
      expect(Math.abs(fit.parameters[name] - truth[name]) / fit.standardErrors![name]).toBeLessThan(3);
    }
  });

  it('warns where the data leave its parameters open', () => {
    const { warnings, standardErrors } = fitParetoNbd(Array.from({ length: 50 }, () => ({ x: 3, tx: 20, T: 30 })));
    expect(standardErrors).toBeNull();
    expect(warnings.map(({ code }) => code)).toContain('parameters-not-identified');
  });
});

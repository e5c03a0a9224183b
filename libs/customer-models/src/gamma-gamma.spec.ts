import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedSpend, fitGammaGamma, meanSpend, type SpendHistory } from './gamma-gamma.js';
import { keyedRandom } from './random.js';
import { spendSampler } from './simulate.js';

const truth = { p: 6.25, q: 3.74, gamma: 15.44 };

function simulated(customers: number, seed: number): readonly { readonly x: number; readonly zbar: number }[] {
  return Array.from({ length: customers }, (_, i) => {
    const x = 1 + (i % 7);
    const next = spendSampler(keyedRandom(seed, `${i}`), truth);
    const values = Array.from({ length: x }, next);
    return { x, zbar: values.reduce((sum, value) => sum + value, 0) / x };
  });
}

describe('fitting Gamma-Gamma', () => {
  it('recovers the parameters that the values were drawn from', () => {
    const fit = fitGammaGamma(simulated(1_500, 3));
    expect(fit).toMatchObject({ converged: true, warnings: [], customers: 1_500, leftOut: 0 });
    for (const name of ['p', 'q', 'gamma'] as const) {
      expect(Math.abs(fit.parameters[name] - truth[name]) / fit.standardErrors![name]).toBeLessThan(3);
    }
  });

  it('does not depend on the order of the customers', () => {
    const customers = simulated(200, 4);
    const { correlation, ...fit } = fitGammaGamma(customers);
    const { correlation: other, ...reversed } = fitGammaGamma(customers.toReversed());
    for (const name of ['p', 'q', 'gamma'] as const) {
      expect(reversed.parameters[name] / fit.parameters[name]).toBeCloseTo(1, 6);
    }
    expect(other).toBeCloseTo(correlation!, 12);
  });

  it.each([1e-9, 1e9])('rescales gamma alone when the money unit changes by %d', (unit) => {
    const customers = simulated(200, 5);
    const [own, other] = [1, unit].map((by) => fitGammaGamma(customers.map(({ x, zbar }) => ({ x, zbar: zbar * by }))));
    expect(other!.parameters.p / own!.parameters.p).toBeCloseTo(1, 5);
    expect(other!.parameters.q / own!.parameters.q).toBeCloseTo(1, 5);
    expect(other!.parameters.gamma / own!.parameters.gamma / unit).toBeCloseTo(1, 5);
  });

  it('warns where those who buy more often also spend more', () => {
    const dearer = simulated(300, 6).map(({ x, zbar }) => ({ x, zbar: zbar * x }));
    const fit = fitGammaGamma(dearer);
    expect(fit.correlation).toBeGreaterThan(0.3);
    expect(fit.warnings.map(({ code }) => code)).toContain('value-depends-on-frequency');
    expect(fitGammaGamma(simulated(300, 6)).warnings).toEqual([]);
  });

  it('warns where those who buy more often spend less', () => {
    const cheaper = simulated(300, 6).map(({ x, zbar }) => ({ x, zbar: zbar / x }));
    expect(fitGammaGamma(cheaper).warnings.map(({ code }) => code)).toContain('value-depends-on-frequency');
  });

  it('warns where one customer cannot pin three parameters down', () => {
    const alike = { x: 2, zbar: 10 };
    expect(() => fitGammaGamma([alike, alike])).toThrow(expect.objectContaining({ code: 'too-few-rows' }));
    const fit = fitGammaGamma([alike, alike, alike]);
    expect(fit.standardErrors).toBeNull();
    expect(fit.correlation).toBeNull();
    expect(fit.warnings.map(({ code }) => code)).toContain('parameters-not-identified');
    expect(Object.values(fit.parameters).every((value) => value > 0 && value < Infinity)).toBe(true);
  });

  it('leaves out customers whose returns outweigh their purchases', () => {
    const returners: readonly SpendHistory[] = [
      { x: 1, zbar: -3 },
      { x: 2, zbar: 0 },
      { x: 0, zbar: null },
    ];
    expect(fitGammaGamma([...simulated(100, 7), ...returners])).toMatchObject({ customers: 100, leftOut: 2 });
    expect(() => fitGammaGamma(returners)).toThrow(expect.objectContaining({ code: 'no-repeat-buyers' }));
    expect(() => fitGammaGamma([])).toThrow(expect.objectContaining({ code: 'no-repeat-buyers' }));
    expect(() => fitGammaGamma([{ x: 1, zbar: NaN }])).toThrow(expect.objectContaining({ code: 'invalid-history' }));
  });
});

describe('expected spend', () => {
  it('lies between the population mean and the customer’s own mean', () => {
    const mean = meanSpend(truth);
    expect(mean).toBeCloseTo((6.25 * 15.44) / 2.74, 12);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.01, max: 1e6, noNaN: true }), (x, zbar) => {
        const spend = expectedSpend(truth, { x, zbar });
        expect(spend).toBeGreaterThanOrEqual(Math.min(mean, zbar) * (1 - 1e-12));
        expect(spend).toBeLessThanOrEqual(Math.max(mean, zbar) * (1 + 1e-12));
      }),
    );
  });

  it('does not exist for q up to 1', () => {
    expect(() => meanSpend({ ...truth, q: 1 })).toThrow(expect.objectContaining({ code: 'invalid-parameters' }));
  });
});

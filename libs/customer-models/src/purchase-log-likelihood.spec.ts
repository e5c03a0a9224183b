import { describe, expect, it } from '@jest/globals';
import { fitPurchases, purchaseLogLikelihood } from './purchase-models.js';

const histories = [
  { x: 0, tx: 0, T: 30 },
  { x: 1, tx: 4, T: 30 },
  { x: 2, tx: 20, T: 28 },
  { x: 5, tx: 26, T: 29 },
  { x: 0, tx: 0, T: 12 },
];

describe('log-likelihood of histories under a fitted model', () => {
  it.each(['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const)('is that of the fit on the data of the fit: %s', (model) => {
    const fitted = fitPurchases(model, histories);
    expect(purchaseLogLikelihood(fitted, [...histories].reverse())).toBeCloseTo(fitted.logLikelihood, 9);
  });

  it('falls by what is learned when nothing more is bought', () => {
    const fitted = fitPurchases('bg-nbd', histories);
    const later = histories.map((history) => ({ ...history, T: history.T + 10 }));
    expect(purchaseLogLikelihood(fitted, later)).toBeLessThan(fitted.logLikelihood);
  });

  it('is 0 of nobody, and refuses a history that cannot be', () => {
    const fitted = fitPurchases('bg-nbd', histories);
    expect(purchaseLogLikelihood(fitted, []) + 0).toBe(0);
    expect(() => purchaseLogLikelihood(fitted, [{ x: 1, tx: 0, T: 3 }])).toThrow(
      expect.objectContaining({ code: 'invalid-history' }),
    );
  });
});

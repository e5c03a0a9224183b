import { describe, expect, it } from '@jest/globals';
import { expectedPurchases, pAlive, scoreBgNbd } from './bg-nbd.js';

const cdnow = { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };

describe('BG/NBD P(alive)', () => {
  it('is 1 for a customer who never bought again', () => {
    expect(pAlive(cdnow, { x: 0, tx: 0, T: 38.86 })).toBe(1);
  });

  it('falls as the silence grows', () => {
    const after = [30.43, 35, 40, 80, 400].map((T) => pAlive(cdnow, { x: 2, tx: 30.43, T }));
    expect(after).toEqual(after.toSorted((a, b) => b - a));
    expect(after[0]).toBeCloseTo(1 / (1 + cdnow.a / (cdnow.b + 1)), 12);
  });

  it('is 0, not NaN, for a heavy buyer who fell silent long ago', () => {
    expect(pAlive(cdnow, { x: 5000, tx: 10, T: 5000 })).toBe(0);
  });
});

describe('BG/NBD expected purchases', () => {
  // Expected values: the published formula in 40-digit arithmetic (mpmath).
  it.each([
    [cdnow, 39, { x: 2, tx: 30.43, T: 38.86 }, 1.22592265798703],
    [cdnow, 520, { x: 0, tx: 0, T: 38.86 }, 1.46245792336663],
    [cdnow, 52, { x: 200, tx: 38, T: 39 }, 121.033000404023],
    [{ r: 0.5, alpha: 4, a: 1, b: 2 }, 39, { x: 3, tx: 20, T: 39 }, 0.830652539231714],
    [{ r: 0.5, alpha: 4, a: 0.3, b: 0.7 }, 39, { x: 0, tx: 0, T: 39 }, 0.389694653330419],
    [{ r: 0.5, alpha: 4, a: 0.3, b: 0.7000001 }, 39, { x: 0, tx: 0, T: 39 }, 0.389694658652036],
    [{ r: 30, alpha: 200, a: 0.5, b: 1.2 }, 52, { x: 4, tx: 30, T: 39 }, 4.03389745184684],
    [{ r: 30, alpha: 200, a: 1, b: 1.2 }, 52, { x: 4, tx: 30, T: 39 }, 2.52731330969149],
    [{ r: 120, alpha: 10, a: 0.3, b: 0.3 }, 500, { x: 0, tx: 0, T: 5 }, 236.598904344592],
    [{ r: 1.8415, alpha: 33.0876, a: 4321026, b: 45528650 }, 52, { x: 3, tx: 24.31, T: 29.7 }, 2.8689325775],
    [{ r: 0.5, alpha: 5, a: 0.5, b: 1e8 }, 52, { x: 2, tx: 10, T: 39 }, 2.95454520629],
    [{ r: 0.24, alpha: 4.4, a: 49, b: 300 }, 52, { x: 2, tx: 10, T: 39 }, 0.7171427957128],
    [{ r: 0.24, alpha: 4.4, a: 51, b: 300 }, 52, { x: 2, tx: 10, T: 39 }, 0.6929399600673],
    [{ r: 0.24, alpha: 0.001, a: 0.8, b: 2.4 }, 520, { x: 0, tx: 0, T: 0 }, 61.48144920586],
    [{ r: 0.3, alpha: 4, a: 3, b: 900 }, 52, { x: 200, tx: 38, T: 39 }, 138.4378114821],
    [{ r: 3, alpha: 1, a: 2, b: 0.2 }, 5000, { x: 1, tx: 3, T: 5 }, 0.0425945593577564],
  ])('%j over %d weeks for %j', (parameters, weeks, history, expected) => {
    expect(expectedPurchases(parameters, weeks, history) / expected).toBeCloseTo(1, 8);
  });

  it('are none in no time', () => {
    expect(expectedPurchases(cdnow, 0, { x: 3, tx: 20, T: 39 })).toBe(0);
    expect(expectedPurchases({ ...cdnow, r: 30 }, 0, { x: 3, tx: 20, T: 39 })).toBe(0);
  });

  it('are finite and not negative wherever there is an answer', () => {
    for (const r of [1e-6, 0.2, 5, 300]) {
      for (const a of [1e-6, 0.5, 1, 50]) {
        for (const b of [1e-6, 0.5, 1e6]) {
          for (const [x, tx] of [
            [0, 0],
            [1, 1e-9],
            [300, 50],
          ] as const) {
            const score = scoreBgNbd({ r, alpha: 0.5, a, b }, 100, { x, tx, T: 60 });
            expect(score.pAlive).toBeGreaterThanOrEqual(0);
            expect(score.pAlive).toBeLessThanOrEqual(1);
            expect(score.expectedPurchases).toBeGreaterThanOrEqual(0);
            expect(score.expectedPurchases).toBeLessThan(Infinity);
          }
        }
      }
    }
  });
});

describe('a BG/NBD score of something impossible', () => {
  it.each([
    { x: -1, tx: 0, T: 1 },
    { x: 1.5, tx: 1, T: 2 },
    { x: 1, tx: 3, T: 2 },
    { x: 1, tx: 0, T: 2 },
    { x: 0, tx: 1, T: 2 },
    { x: NaN, tx: 0, T: 2 },
    { x: 0, tx: 0, T: Infinity },
    { x: 0, tx: 0, T: -1 },
  ])('is refused for the history %j', (history) => {
    expect(() => pAlive(cdnow, history)).toThrow(expect.objectContaining({ code: 'invalid-history' }));
  });

  it('is refused for parameters that are not positive', () => {
    const history = { x: 0, tx: 0, T: 1 };
    expect(() => pAlive({ ...cdnow, a: 0 }, history)).toThrow(expect.objectContaining({ code: 'invalid-parameters' }));
    expect(() => pAlive({ ...cdnow, r: NaN }, history)).toThrow(
      expect.objectContaining({ code: 'invalid-parameters' }),
    );
  });

  it.each([-1, NaN, Infinity])('is refused for %d weeks', (weeks) => {
    expect(() => scoreBgNbd(cdnow, weeks, { x: 0, tx: 0, T: 1 })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });
});

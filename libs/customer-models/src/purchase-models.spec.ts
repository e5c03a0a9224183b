import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupHistories } from './purchase-histories.js';
import { fitPurchases, parameterNamesOf, scorePurchases, type PurchaseModelName } from './purchase-models.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { keyedRandom } from './random.js';
import { simulateHistory } from './simulate.js';

const NAMES: readonly PurchaseModelName[] = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'];
const customers = Array.from({ length: 120 }, (_, i) =>
  simulateHistory(keyedRandom(8, `${i}`), { r: 0.6, alpha: 6, a: 0.9, b: 2.5 }, 30 + (i % 5)),
);
const histories: fc.Arbitrary<PurchaseHistory> = fc
  .record({
    x: fc.nat(400),
    at: fc.double({ min: 0.001, max: 1, noNaN: true }),
    T: fc.double({ min: 0.1, max: 500, noNaN: true }),
  })
  .map(({ x, at, T }) => ({ x, tx: x === 0 ? 0 : at * T, T }));
const positive = fc.double({ min: -5, max: 5, noNaN: true }).map(Math.exp);

describe.each(NAMES)('%s among the purchase models', (name) => {
  const fit = fitPurchases(name, customers);

  it('fits the same whatever the order of the customers', () => {
    expect(fitPurchases(name, customers.toReversed())).toEqual(fit);
  });

  it('reports what it was fitted on', () => {
    const groups = groupHistories(customers);
    expect(fit.customers).toBe(120);
    expect(fit.repeatBuyers).toBe(customers.filter(({ x }) => x > 0).length);
    expect(fit.distinctHistories).toBe(groups.flatMap(({ rows }) => rows).length);
    expect(Object.keys(fit.parameters)).toEqual(parameterNamesOf(name));
  });

  it('expects more purchases of a longer future and stays within bounds', () => {
    const names = parameterNamesOf(name);
    fc.assert(
      fc.property(histories, fc.tuple(positive, positive, positive, positive), ({ x, tx, T }, values) => {
        const parameters = Object.fromEntries(names.map((parameter, i) => [parameter, values[i]!]));
        const fitted = { model: name, parameters } as unknown as Parameters<typeof scorePurchases>[0];
        const [soon, later] = [10, 100].map((weeks) => scorePurchases(fitted, weeks, { x, tx, T }));
        expect(soon!.pAlive >= 0 && soon!.pAlive <= 1).toBe(true);
        expect(soon!.expectedPurchases).toBeGreaterThanOrEqual(0);
        expect(later!.expectedPurchases).toBeLessThan(Infinity);
        expect(later!.expectedPurchases).toBeGreaterThanOrEqual(soon!.expectedPurchases * (1 - 1e-9));
      }),
    );
  });

  it('takes longer silence for a worse sign', () => {
    const alive = [10, 12, 20, 50].map((T) => scorePurchases(fit, 1, { x: 3, tx: 10, T }).pAlive);
    expect(alive).toEqual(alive.toSorted((a, b) => b - a));
    expect(new Set(alive).size).toBe(4);
  });

  it('refuses data that cannot carry it', () => {
    expect(() => fitPurchases(name, [])).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => fitPurchases(name, [{ x: 0, tx: 0, T: 9 }])).toThrow(
      expect.objectContaining({ code: 'no-repeat-buyers' }),
    );
    expect(() => fitPurchases(name, customers.slice(0, 3))).toThrow(
      expect.objectContaining({ code: 'too-few-rows', message: expect.stringContaining('3 customers') }),
    );
    expect(fitPurchases(name, customers.slice(0, 4)).customers).toBe(4);
    for (const x of [100_001, 20_000_000, 2 ** 53]) {
      expect(() => fitPurchases(name, [...customers, { x, tx: 2, T: 3 }])).toThrow(
        expect.objectContaining({ code: 'invalid-history', message: expect.stringContaining(`x ${x}`) }),
      );
    }
    expect(() => fitPurchases(name, [{ x: 1, tx: 2, T: 1 }])).toThrow(
      expect.objectContaining({ code: 'invalid-history' }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { expectedPurchases } from './bg-nbd.js';
import { holdoutTable } from './holdout.js';

describe('holdout table', () => {
  it('sets actual against expected purchases by x, with seven and more in one row', () => {
    const parameters = { r: 0.24, alpha: 4.4, a: 0.8, b: 2.4 };
    const once = { x: 0, tx: 0, T: 30 };
    const seven = { x: 7, tx: 20, T: 30 };
    const ten = { x: 10, tx: 25, T: 30 };
    const rows = holdoutTable({ model: 'bg-nbd', parameters }, 39, [
      { ...ten, actual: 6 },
      { ...once, actual: 0 },
      { ...seven, actual: 1 },
      { ...once, actual: 1 },
    ]);
    expect(rows).toEqual([
      { x: 0, customers: 2, actual: 1, expected: 2 * expectedPurchases(parameters, 39, once) },
      {
        x: 7,
        customers: 2,
        actual: 7,
        expected: expectedPurchases(parameters, 39, ten) + expectedPurchases(parameters, 39, seven),
      },
    ]);
  });
});

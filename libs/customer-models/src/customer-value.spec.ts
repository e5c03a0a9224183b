import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { customerValue, isoValueCurve, valueMatrix } from './customer-value.js';

const question = { salesEdges: [200, 300], aliveEdges: [0.75, 0.9], margin: 0.5 };

describe('simple customer value', () => {
  it('is monthly margin × 12 × P(alive)', () => {
    expect(customerValue(50, 0.8)).toBe(480);
    expect(customerValue(50, 0.8, 6)).toBe(240);
    expect(customerValue(-50, 1)).toBe(-600);
  });

  it.each([
    [NaN, 0.5, 12, 'monthly margin'],
    [1, 1.1, 12, 'pAlive'],
    [1, NaN, 12, 'pAlive'],
    [1, 0.5, 0, 'months'],
  ])('refuses %d, %d, %d and names %s', (margin, alive, months, field) => {
    expect(() => customerValue(margin, alive, months)).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(field) }),
    );
  });
});

describe('value matrix', () => {
  it('counts customers and value by band of sales and of P(alive), a value on an edge in the lower band', () => {
    const cells = valueMatrix(question, [
      { monthlySales: 200, pAlive: 0.75 },
      { monthlySales: 250, pAlive: 0.8 },
      { monthlySales: 260, pAlive: 0.9 },
      { monthlySales: 400, pAlive: 1 },
    ]);
    expect(cells).toHaveLength(9);
    expect(cells.filter(({ customers }) => customers > 0)).toEqual([
      { salesBand: 0, aliveBand: 0, customers: 1, value: 900 },
      { salesBand: 1, aliveBand: 1, customers: 2, value: 250 * 0.5 * 12 * 0.8 + 260 * 0.5 * 12 * 0.9 },
      { salesBand: 2, aliveBand: 2, customers: 1, value: 2_400 },
    ]);
  });

  it('loses nobody and no value, in any order', () => {
    const customers = fc.array(
      fc.record({ monthlySales: fc.integer({ min: -100, max: 1_000 }), pAlive: fc.constantFrom(0, 0.5, 0.75, 0.8, 1) }),
    );
    fc.assert(
      fc.property(customers, (given) => {
        const cells = valueMatrix(question, given);
        const value = given.reduce((sum, { monthlySales, pAlive }) => sum + monthlySales * 6 * pAlive, 0);
        expect(cells.reduce((sum, cell) => sum + cell.customers, 0)).toBe(given.length);
        expect(cells.reduce((sum, cell) => sum + cell.value, 0)).toBeCloseTo(value, 6);
        expect(valueMatrix(question, given.toReversed()).map((cell) => cell.customers)).toEqual(
          cells.map((cell) => cell.customers),
        );
      }),
    );
  });

  it('is one cell without edges and refuses edges that do not ascend', () => {
    expect(valueMatrix({ salesEdges: [], aliveEdges: [] }, [])).toEqual([
      { salesBand: 0, aliveBand: 0, customers: 0, value: 0 },
    ]);
    for (const salesEdges of [[2, 1], [1, 1], [NaN]]) {
      expect(() => valueMatrix({ ...question, salesEdges }, [])).toThrow(
        expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('salesEdges') }),
      );
    }
  });
});

describe('iso-value curve', () => {
  it('joins the points of one value, from P(alive) = 1 on', () => {
    const curve = isoValueCurve({ value: 1_800, salesFrom: 100, salesTo: 500, points: 5 });
    expect(curve).toHaveLength(5);
    expect(curve[0]).toEqual({ monthlySales: 150, pAlive: 1 });
    expect(curve.at(-1)).toEqual({ monthlySales: 500, pAlive: 0.3 });
    for (const { monthlySales, pAlive } of curve) expect(customerValue(monthlySales, pAlive)).toBeCloseTo(1_800, 9);
  });

  it('is empty where no sales of the range reach the value', () => {
    expect(isoValueCurve({ value: 1e6, salesFrom: 100, salesTo: 500 })).toEqual([]);
  });

  it.each([
    [{ value: 0 }, 'value'],
    [{ salesFrom: 0 }, 'salesFrom'],
    [{ salesTo: 100 }, 'salesTo'],
    [{ points: 1 }, 'points'],
    [{ margin: -1 }, 'margin'],
  ])('refuses %j and names %s', (part, field) => {
    expect(() => isoValueCurve({ value: 1_800, salesFrom: 100, salesTo: 500, ...part })).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(field) }),
    );
  });
});

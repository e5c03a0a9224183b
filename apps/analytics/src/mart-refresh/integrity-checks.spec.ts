import { describe, expect, it } from '@jest/globals';
import { checkCounts, checkTotals } from './integrity-checks.js';

const totals = { orders: 3n, revenue: 4_250n, occasions: 2n };

describe('integrity check 1', () => {
  it('passes when every lane holds what its source holds', () => {
    const mart = [{ lane: 2, facts: 7n }];
    const source = new Map([[2, 7n], [3, 0n]]); // prettier-ignore
    expect(checkCounts([{ fact: 'order-placed', mart, source }])).toEqual({
      check: 1,
      passed: true,
      detail: 'order-placed: 7 in 2 lanes',
    });
  });

  it('names the lanes that differ, also those that only one side has', () => {
    const mart = [{ lane: 1, facts: 6n }, { lane: 4, facts: 1n }]; // prettier-ignore
    const { passed, detail } = checkCounts([{ fact: 'order-placed', mart, source: new Map([[1, 7n], [2, 2n]]) }]); // prettier-ignore
    expect(passed).toBe(false);
    expect(detail).toBe(
      'order-placed lane 1: 7 in the source, 6 in the mart; order-placed lane 2: 2 in the source, 0 in the mart; order-placed lane 4: 0 in the source, 1 in the mart',
    );
  });
});

describe('integrity check 2', () => {
  it('passes when features add up to the facts', () => {
    expect(checkTotals(totals, { ...totals })).toEqual({
      check: 2,
      passed: true,
      detail: 'orders 3, revenue 4250, occasions 2',
    });
  });

  it('says which total differs', () => {
    expect(checkTotals(totals, { ...totals, revenue: 4_249n })).toEqual({
      check: 2,
      passed: false,
      detail: 'revenue: facts 4250, features 4249',
    });
  });
});

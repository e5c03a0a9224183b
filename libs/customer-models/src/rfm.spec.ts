import { describe, expect, it } from '@jest/globals';
import { scoreRfmByRank } from './rfm-rank-tiles.js';
import { segmentOf } from './rfm-segments.js';
import { quantile, rateRfm, rfmEdges, scoreAgainst, scoreRfm, valueEdges } from './rfm.js';

describe('RFM by value edges', () => {
  it('takes edges as percentile_cont does', () => {
    expect(valueEdges([40, 10, 30, 20])).toEqual([16, 22, 28, 34].map((edge) => expect.closeTo(edge, 12)));
    expect(quantile([1, 2], 0)).toBe(1);
    expect(quantile([1, 2], 1)).toBe(2);
    expect(valueEdges([7])).toEqual([7, 7, 7, 7]);
  });

  it('sorts numbers as numbers', () => {
    expect(valueEdges([100, 9, 20], 2)).toEqual([20]);
  });

  it('scores 1 plus the edges that a value exceeds', () => {
    expect([5, 10, 10.5, 20, 41].map((value) => scoreAgainst([10, 20, 30, 40], value))).toEqual([1, 1, 2, 2, 5]);
  });

  it('turns recency round, so that the most recent scores 5', () => {
    const edges = { recencyDays: [10, 20, 30, 40], frequency: [1, 1, 2, 4], monetary: [10, 20, 30, 40] };
    expect(scoreRfm(edges, { recencyDays: 3, frequency: 1, monetary: 50 })).toEqual({ r: 5, f: 1, m: 5 });
    expect(scoreRfm(edges, { recencyDays: 41, frequency: 2, monetary: 10 })).toEqual({ r: 1, f: 3, m: 1 });
  });

  it('never tells equal customers apart', () => {
    const customers = Array.from({ length: 100 }, () => ({ recencyDays: 7, frequency: 2, monetary: 99 }));
    const edges = rfmEdges(customers);
    expect(new Set(customers.map((customer) => JSON.stringify(rateRfm(edges, customer)))).size).toBe(1);
  });

  it('refuses what is not a number, and no customers', () => {
    expect(() => valueEdges([1, NaN])).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => scoreAgainst([1], NaN)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => rfmEdges([])).toThrow(expect.objectContaining({ code: 'no-values' }));
  });
});

describe('RFM segments', () => {
  it.each([
    [5, 5, 5, 'Champions'],
    [4, 4, 5, 'Champions'],
    [3, 4, 4, 'Loyal Customers'],
    [5, 3, 5, 'Loyal Customers'],
    [5, 1, 2, 'Potential Loyalist'],
    [4, 1, 1, 'Potential Loyalist'],
    [2, 2, 3, 'Need Attention'],
    [2, 1, 2, 'About To Sleep'],
    [1, 3, 5, 'At Risk'],
    [1, 2, 2, 'At Risk'],
    [1, 1, 2, 'Lost'],
    [5, 1, 5, 'Others'],
  ])('R %d, F %d, M %d is %j', (r, f, m, segment) => {
    expect(segmentOf({ r, f, m })).toBe(segment);
  });

  it('can come from another table', () => {
    const table = { version: 'two.1', segments: [{ name: 'Good', r: [4, 5], fm: [1, 5] }], otherwise: 'Rest' } as const;
    expect([segmentOf({ r: 4, f: 1, m: 5 }, table), segmentOf({ r: 3, f: 5, m: 5 }, table)]).toEqual(['Good', 'Rest']);
  });
});

describe('RFM by rank', () => {
  const customer = (id: string, recencyDays: number): Parameters<typeof scoreRfmByRank>[0][number] => ({
    customer: id,
    recencyDays,
    frequency: 1,
    monetary: 1,
  });

  it('makes tiles as ntile(5) does, larger ones first', () => {
    const scores = scoreRfmByRank(Array.from({ length: 7 }, (_, i) => customer(`${i}`, 7 - i)));
    expect(scores.map(({ r }) => r)).toEqual([1, 1, 2, 2, 3, 4, 5]);
    expect(scoreRfmByRank([customer('a', 2), customer('b', 1)]).map(({ r }) => r)).toEqual([1, 2]);
  });

  it('splits ties by customer id, whatever the order of the input', () => {
    const scores = scoreRfmByRank(['e', 'c', 'a', 'd', 'b'].map((id) => customer(id, 1)));
    expect(scores.map(({ f }) => f)).toEqual([5, 3, 1, 4, 2]);
  });

  it('is empty for nobody', () => {
    expect(scoreRfmByRank([])).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreRfmByRank } from './rfm-rank-tiles.js';
import { segmentOf, TEN_SEGMENTS } from './rfm-segments.js';
import { quantile, rateRfm, rfmEdges, scoreAgainst, scoreRfm, valueEdges, type RfmEdges } from './rfm.js';

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

describe('the ten segments', () => {
  const scores = [1, 2, 3, 4, 5];
  const reached = new Set(scores.flatMap((r) => scores.flatMap((f) => scores.map((m) => segmentOf({ r, f, m })))));

  it('leave three names that nobody gets, as segments before them hold all of their scores', () => {
    const names = TEN_SEGMENTS.segments.map(({ name }) => name);
    expect(names.filter((name) => !reached.has(name))).toEqual(['New Customers', 'Promising', "Can't Lose Them"]);
  });
});

const someone = fc.record({
  recencyDays: fc.nat(700),
  frequency: fc.integer({ min: 1, max: 9 }),
  monetary: fc.integer({ min: -500, max: 5_000 }),
});

describe('RFM of any customers', () => {
  const customers = fc.array(someone, { minLength: 1, maxLength: 60 });

  it('by value edges: a customer far away makes nobody look better by what is far, and no one worse by recency', () => {
    fc.assert(
      fc.property(customers, fc.constantFrom(1e6, 1e15), (given, far) => {
        const [edges, score] = [rfmEdges(given), (of: RfmEdges) => given.map((one) => scoreRfm(of, one))];
        const moved = rfmEdges([...given, { recencyDays: far, frequency: far, monetary: far }]);
        for (const [i, before] of score(edges).entries()) {
          const after = score(moved)[i]!;
          // Recency is turned round: one who is silent for longer makes the others look more recent.
          expect(after.r >= before.r && after.f <= before.f && after.m <= before.m).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it('by value edges: equal customers score alike, better values never worse, the money unit does not matter', () => {
    fc.assert(
      fc.property(customers, (given) => {
        const edges = rfmEdges(given);
        expect(rfmEdges(given.toReversed())).toEqual(edges);
        const doubled = rfmEdges(given.map((one) => ({ ...one, monetary: one.monetary * 4 })));
        for (const one of given) {
          const score = scoreRfm(edges, one);
          expect(scoreRfm(edges, { ...one })).toEqual(score);
          expect(scoreRfm(doubled, { ...one, monetary: one.monetary * 4 })).toEqual(score);
          const better = { recencyDays: one.recencyDays - 1, frequency: one.frequency + 1, monetary: one.monetary + 1 };
          for (const name of ['r', 'f', 'm'] as const) {
            expect(scoreRfm(edges, better)[name]).toBeGreaterThanOrEqual(score[name]);
            expect([1, 2, 3, 4, 5]).toContain(score[name]);
          }
        }
      }),
    );
  });

  it('by rank: groups differ in size by one at most, and follow the values', () => {
    fc.assert(
      fc.property(customers, (given) => {
        const keyed = given.map((one, i) => ({ ...one, customer: `${i}` }));
        const scores = scoreRfmByRank(keyed);
        const sizes = [1, 2, 3, 4, 5].map((tile) => scores.filter(({ m }) => m === tile).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const [i, one] of given.entries()) {
          for (const [j, other] of given.entries()) {
            if (one.monetary > other.monetary) expect(scores[i]!.m).toBeGreaterThanOrEqual(scores[j]!.m);
          }
        }
        expect(scoreRfmByRank(keyed.toReversed()).toReversed()).toEqual(scores);
      }),
    );
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

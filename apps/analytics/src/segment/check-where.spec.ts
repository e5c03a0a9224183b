import { Rejected } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { checkedWhere } from './check-where.js';

const faultsOf = (where: unknown): readonly string[] => {
  try {
    checkedWhere(where);
  } catch (error) {
    if (error instanceof Rejected) return (error.details.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  return [];
};
const nested = (depth: number): unknown =>
  depth === 1 ? { feature: 'occasions', gte: 1 } : { not: nested(depth - 1) };

describe('predicate of a segment', () => {
  it.each([
    { feature: 'rfm.segment', in: ['At Risk'] },
    {
      all: [
        { feature: 'bg-nbd.pAlive', lt: 0.7 },
        { feature: 'rfm.f', gte: 3 },
      ],
    },
    {
      any: [{ feature: 'lastAt', gte: '1997-01-01T00:00:00Z' }, { not: { feature: 'meanRepeatValue', exists: true } }],
    },
    nested(8),
  ])('may be %j', (where) => {
    expect(checkedWhere(where)).toBe(where);
  });

  it.each<readonly [unknown, string]>([
    ['everybody', '/where wrong-type'],
    [{}, '/where/feature required'],
    [{ all: [] }, '/where/all too-short'],
    [{ any: { feature: 'occasions', gte: 1 } }, '/where/any wrong-type'],
    [{ not: null }, '/where/not wrong-type'],
    [
      {
        all: [
          { feature: 'occasions', gte: 1 },
          { feature: 'shoeSize', gte: 1 },
        ],
      },
      '/where/all/1/feature not-allowed',
    ],
    [{ feature: 'rfm.q', gte: 1 }, '/where/feature not-allowed'],
    [{ feature: 'rfm.r.x', gte: 1 }, '/where/feature not-allowed'],
    [{ feature: 'toString', gte: 1 }, '/where/feature not-allowed'],
    [{ feature: 7, gte: 1 }, '/where/feature not-allowed'],
    [{ feature: 'occasions' }, '/where exactly-one'],
    [{ feature: 'occasions', gte: 1, lt: 9 }, '/where exactly-one'],
    [{ feature: 'occasions', gte: '1' }, '/where/gte wrong-type'],
    [{ feature: 'occasions', gte: Number.NaN }, '/where/gte wrong-type'],
    [{ feature: 'rfm.segment', gt: 'Lost' }, '/where/gt not-allowed'],
    [{ feature: 'rfm.segment', in: 'Lost' }, '/where/in wrong-type'],
    [{ feature: 'rfm.segment', in: [] }, '/where/in too-short'],
    [{ feature: 'rfm.segment', in: ['Lost', 4] }, '/where/in/1 wrong-type'],
    [{ feature: 'occasions', in: Array.from({ length: 501 }, (_, index) => index) }, '/where/in too-long'],
    [{ feature: 'lastAt', lt: 'yesterday' }, '/where/lt wrong-type'],
    [{ feature: 'lastAt', exists: 'yes' }, '/where/exists wrong-type'],
    [{ feature: 'occasions', gte: 1, because: 'x' }, '/where/because unknown-field'],
    [{ all: [{ feature: 'occasions', gte: 1 }], any: [] }, '/where/any unknown-field'],
    [{ feature: 'occasions', gte: 1, 'a name': 1 }, '/where unknown-field'],
    [nested(9), '/where/not/not/not/not/not/not/not/not too-long'],
    [{ any: Array.from({ length: 101 }, () => ({ feature: 'occasions', gte: 1 })) }, '/where too-long'],
  ])('is refused as %j', (where, expected) => {
    expect(faultsOf(where)).toEqual([expected]);
  });

  it('has every fault named', () => {
    expect(faultsOf({ all: [{ feature: 'occasions', gte: 'a' }, { not: { feature: 'x', eq: 1 } }] })).toEqual([
      '/where/all/0/gte wrong-type',
      '/where/all/1/not/feature not-allowed',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cohortTable } from './cohort-table.js';
import type { PurchaseLine } from './purchase-summary.js';
import { describeWith, readCdnow } from './spec-kit/public-data.js';

const line = (customer: string, date: string, amount = 100): PurchaseLine => ({ customer, date, amount });
const options = { until: '2026-04-30', returnsCount: false };

describe('cohort table', () => {
  const lines = [
    line('a', '2026-01-31'),
    line('a', '2026-03-01'),
    line('a', '2026-03-31'),
    line('b', '2026-01-01'),
    line('c', '2026-03-15'),
    line('c', '2026-04-15', -100),
  ];

  it('counts the distinct customers of each first month who are active k months later', () => {
    expect(cohortTable(lines, options)).toEqual({
      cohorts: [
        { month: '2026-01', customers: 2, active: [2, 0, 1, 0] },
        { month: '2026-03', customers: 1, active: [1, 0] },
      ],
      lastMonthComplete: true,
      leftOut: 0,
    });
  });

  it('lets a return make a customer active only where asked', () => {
    const { cohorts } = cohortTable(lines, { ...options, returnsCount: true });
    expect(cohorts.at(-1)).toEqual({ month: '2026-03', customers: 1, active: [1, 1] });
  });

  it('does not start a cohort with a return, and says who was left out', () => {
    const returned = [line('a', '2026-01-05', -5), line('a', '2026-02-05'), line('b', '2026-02-05', -5)];
    const table = cohortTable(returned, options);
    expect(table.cohorts).toEqual([{ month: '2026-02', customers: 1, active: [1, 0, 0] }]);
    expect(table.leftOut).toBe(1);
  });

  it('goes over the turn of the year and stops at the last date', () => {
    const winter = [line('a', '2025-12-31'), line('a', '2026-01-01'), line('a', '2026-02-11'), line('b', '2026-02-20')];
    expect(cohortTable(winter, { ...options, until: '2026-02-10' })).toEqual({
      cohorts: [{ month: '2025-12', customers: 1, active: [1, 1, 0] }],
      lastMonthComplete: false,
      leftOut: 0,
    });
  });

  it('is the same for lines in any order, and given twice', () => {
    const someLine = fc.record({
      customer: fc.constantFrom('a', 'b', 'c', 'd'),
      date: fc.constantFrom('2026-01-01', '2026-01-31', '2026-02-28', '2026-03-01', '2026-04-30'),
      amount: fc.integer({ min: -10, max: 10 }),
    });
    fc.assert(
      fc.property(fc.array(someLine, { minLength: 1 }), fc.boolean(), (some, returnsCount) => {
        const table = cohortTable(some, { ...options, returnsCount });
        expect(cohortTable([...some.toReversed(), ...some], { ...options, returnsCount })).toEqual(table);
        const customers = table.cohorts.reduce((sum, cohort) => sum + cohort.customers, table.leftOut);
        expect(customers).toBe(new Set(some.map(({ customer }) => customer)).size);
      }),
      { seed: 1 },
    );
  });

  it('refuses nobody, and lines that are none', () => {
    expect(() => cohortTable([], options)).toThrow(expect.objectContaining({ code: 'no-customers' }));
    expect(() => cohortTable([line('a', '2026-02-30')], options)).toThrow(
      expect.objectContaining({ code: 'invalid-date' }),
    );
    expect(() => cohortTable(lines, { ...options, until: 'today' })).toThrow(
      expect.objectContaining({ code: 'invalid-date' }),
    );
    expect(() => cohortTable([line('', '2026-02-03')], options)).toThrow(
      expect.objectContaining({ code: 'invalid-purchase' }),
    );
  });
});

describeWith('cdnow_sample.csv', 'cohorts of the CDNOW sample', () => {
  it('has three months of new customers and the activity that a second count, in another language, finds', () => {
    const { cohorts } = cohortTable(readCdnow(), { until: '1998-06-30', returnsCount: false });
    expect(cohorts).toEqual([
      {
        month: '1997-01',
        customers: 781,
        active: [781, 124, 95, 70, 65, 77, 65, 53, 52, 45, 62, 59, 45, 47, 63, 37, 37, 33],
      },
      {
        month: '1997-02',
        customers: 857,
        active: [857, 134, 110, 75, 77, 75, 61, 61, 74, 70, 59, 57, 59, 70, 56, 59, 60],
      },
      {
        month: '1997-03',
        customers: 719,
        active: [719, 87, 84, 78, 63, 64, 55, 57, 73, 65, 47, 51, 78, 32, 38, 45],
      },
    ]);
  });
});

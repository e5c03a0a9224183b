import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateOfDay, dayNumber } from './calendar-days.js';
import { summariseWithHoldout } from './holdout-summary.js';
import { summarisePurchases, type PurchaseLine } from './purchase-summary.js';

const lines: readonly PurchaseLine[] = [
  { customer: 'ann', date: '1997-01-01', amount: 10 },
  { customer: 'ann', date: '1997-01-15', amount: 20 },
  { customer: 'ann', date: '1997-01-15', amount: 5 },
  { customer: 'ann', date: '1997-01-29', amount: 35 },
  { customer: 'bob', date: '1997-02-01', amount: 7 },
];

describe('purchase summary', () => {
  it('counts repeat occasions in weeks since the first purchase', () => {
    expect(summarisePurchases(lines, '1997-02-05')).toEqual([
      {
        customer: 'ann',
        x: 2,
        tx: 4,
        T: 5,
        zbar: 30,
        occasions: 3,
        total: 70,
        firstDate: '1997-01-01',
        lastDate: '1997-01-29',
      },
      {
        customer: 'bob',
        x: 0,
        tx: 0,
        T: 4 / 7,
        zbar: null,
        occasions: 1,
        total: 7,
        firstDate: '1997-02-01',
        lastDate: '1997-02-01',
      },
    ]);
  });

  it('is the same for every order of the lines', () => {
    const cents = lines.map((line) => ({ ...line, amount: line.amount / 3 }));
    const byCustomer = (given: readonly PurchaseLine[]): unknown =>
      [...summarisePurchases(given, '1997-02-05')].sort((a, b) => (a.customer < b.customer ? -1 : 1));
    expect(byCustomer(cents.toReversed())).toEqual(byCustomer(cents));
  });

  it('of a customer does not change with customers far away', () => {
    const day = fc.integer({ min: 0, max: 60 }).map((after) => dateOfDay(dayNumber('1997-01-01') + after));
    const line = (...customers: readonly string[]) =>
      fc.record({ customer: fc.constantFrom(...customers), date: day, amount: fc.integer({ min: -50, max: 500 }) });
    const far = fc.record({
      customer: fc.constant('far away'),
      date: fc.constantFrom('0001-01-01', '1969-12-31', '1997-01-15', '1997-02-05', '9999-12-31'),
      amount: fc.constantFrom(-1e12, 0.1, 1e12),
    });
    fc.assert(
      fc.property(fc.array(line('ann', 'bob', 'cy')), fc.array(far), fc.nat(), (near, others, at) => {
        const alone = summarisePurchases(near, '1997-02-05');
        const split = at % (near.length + 1);
        const together = summarisePurchases([...near.slice(0, split), ...others, ...near.slice(split)], '1997-02-05');
        expect(together.filter(({ customer }) => customer !== 'far away')).toEqual(alone);
      }),
      { seed: 1 },
    );
  });

  it('leaves out what happens after the calibration end, the last day included', () => {
    const summaries = summarisePurchases(lines, '1997-01-29');
    expect(summaries.map(({ customer, x, T }) => ({ customer, x, T }))).toEqual([{ customer: 'ann', x: 2, T: 4 }]);
    expect(summarisePurchases(lines, '1997-01-28')[0]?.x).toBe(1);
  });

  it('takes a day with nothing but returns as money back and not as a purchase', () => {
    const [ann] = summarisePurchases([...lines, { customer: 'ann', date: '1997-02-03', amount: -35 }], '1997-02-05');
    expect(ann).toMatchObject({ x: 2, tx: 4, occasions: 3, total: 35, zbar: 30, lastDate: '1997-01-29' });
    expect(summarisePurchases([{ customer: 'cy', date: '1997-01-01', amount: -1 }], '1997-02-05')).toEqual([]);
  });

  it('nets a return on the day of a purchase', () => {
    const [ann] = summarisePurchases([...lines, { customer: 'ann', date: '1997-01-29', amount: -10 }], '1997-02-05');
    expect(ann).toMatchObject({ x: 2, zbar: 25, total: 60 });
  });

  it('counts a line that arrives twice once, and two lines that are alike twice', () => {
    const alike = { customer: 'ann', date: '1997-01-15', amount: 5 };
    const totalOf = (given: readonly PurchaseLine[]): number | undefined =>
      summarisePurchases([...lines, ...given], '1997-02-05')[0]?.total;
    expect(
      totalOf([
        { ...alike, line: 'a' },
        { ...alike, line: 'a' },
      ]),
    ).toBe(75);
    expect(
      totalOf([
        { ...alike, line: 'a' },
        { ...alike, line: 'b' },
      ]),
    ).toBe(80);
    expect(totalOf([alike, alike])).toBe(80);
  });

  it('is empty without lines', () => {
    expect(summarisePurchases([], '1997-02-05')).toEqual([]);
  });

  it.each(['1997-2-5', '19970205', '1997-02-30', '', 'yesterday'])("refuses '%s' as a date", (date) => {
    expect(() => summarisePurchases([{ customer: 'ann', date, amount: 1 }], '1997-02-05')).toThrow(
      expect.objectContaining({ code: 'invalid-date' }),
    );
  });

  it.each([NaN, Infinity])('refuses the amount %d', (amount) => {
    expect(() => summarisePurchases([{ customer: 'ann', date: '1997-01-01', amount }], '1997-02-05')).toThrow(
      expect.objectContaining({ code: 'invalid-purchase' }),
    );
  });
});

describe('amounts that no sum holds', () => {
  const lines = ['1997-01-01', '1997-01-02', '1997-01-03'].map((date) => ({ customer: 'ann', date, amount: 1e308 }));

  it('are refused, in the calibration and in the holdout', () => {
    expect(() => summarisePurchases(lines, '1997-02-05')).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    const periods = { calibrationEnd: '1997-01-01', holdoutEnd: '1997-02-05' };
    expect(() => summariseWithHoldout(lines, periods)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

describe('calendar days', () => {
  it.each([NaN, Infinity, 1e9, -1e9, 3e6, -8e5])('have no date %d days from 1970', (day) => {
    expect(() => dateOfDay(day)).toThrow(expect.objectContaining({ code: 'invalid-date' }));
  });

  it('go there and back', () => {
    expect(dateOfDay(dayNumber('2024-02-29') + 1)).toBe('2024-03-01');
    expect(dayNumber('1970-01-02')).toBe(1);
  });
});

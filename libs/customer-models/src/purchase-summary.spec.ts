import { describe, expect, it } from '@jest/globals';
import { dateOfDay, dayNumber } from './calendar-days.js';
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

describe('calendar days', () => {
  it('go there and back', () => {
    expect(dateOfDay(dayNumber('2024-02-29') + 1)).toBe('2024-03-01');
    expect(dayNumber('1970-01-02')).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { summariseWithHoldout } from './holdout-summary.js';
import { summarisePurchases, type PurchaseLine } from './purchase-summary.js';

const lines: readonly PurchaseLine[] = [
  { customer: 'ann', date: '1997-01-01', amount: 10 },
  { customer: 'ann', date: '1997-01-08', amount: 20 },
  { customer: 'ann', date: '1997-01-16', amount: 30 },
  { customer: 'ann', date: '1997-01-16', amount: 5 },
  { customer: 'ann', date: '1997-02-02', amount: 99 },
  { customer: 'bob', date: '1997-01-20', amount: 7 },
];
const periods = { calibrationEnd: '1997-01-15', holdoutEnd: '1997-01-29' };
const line: fc.Arbitrary<PurchaseLine> = fc
  .record({
    customer: fc.constantFrom('ann', 'bob', 'cy'),
    day: fc.integer({ min: 1, max: 31 }),
    amount: fc.integer({ min: -20, max: 50 }),
  })
  .map(({ customer, day, amount }) => ({ customer, date: `1997-01-${String(day).padStart(2, '0')}`, amount }));

describe('summary with holdout', () => {
  it('counts the occasions after the calibration end of the customers that it knows', () => {
    const { weeks, customers, newCustomers } = summariseWithHoldout(lines, periods);
    expect(weeks).toBe(2);
    expect(newCustomers).toBe(1);
    expect(customers).toEqual([{ ...summarisePurchases(lines, '1997-01-15')[0], actual: 1, holdoutTotal: 35 }]);
  });

  it('takes a return in the holdout as money back, not as an occasion', () => {
    const returned = [...lines, { customer: 'ann', date: '1997-01-25', amount: -30 }];
    expect(summariseWithHoldout(returned, periods).customers[0]).toMatchObject({ actual: 1, holdoutTotal: 5 });
  });

  it('is what a fold from scratch gives, when lines arrive late, twice or as returns', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(1_000)), (given, repeats) => {
        const named = given.map((one, i) => ({ ...one, line: `${i}` }));
        const again = repeats.flatMap((i) => named[i % Math.max(1, named.length)] ?? []);
        const byCustomer = (all: readonly PurchaseLine[]): unknown =>
          [...summariseWithHoldout(all, periods).customers].sort((a, b) => (a.customer < b.customer ? -1 : 1));
        expect(byCustomer([...again, ...named.toReversed(), ...again])).toEqual(byCustomer(given));
      }),
    );
  });

  it('refuses a holdout that does not follow, and two contents of one line', () => {
    expect(() => summariseWithHoldout(lines, { calibrationEnd: '1997-01-15', holdoutEnd: '1997-01-15' })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
    const twice = [1, 2].map((amount) => ({ customer: 'ann', date: '1997-01-01', amount, line: 'order 1' }));
    expect(() => summariseWithHoldout(twice, periods)).toThrow(expect.objectContaining({ code: 'invalid-purchase' }));
  });
});

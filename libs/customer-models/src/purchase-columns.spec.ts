import { describe, expect, it } from '@jest/globals';
import { dateOfDay, dayNumber } from './calendar-days.js';
import { PurchaseColumns } from './purchase-columns.js';
import type { PurchaseLine } from './purchase-summary.js';

const START = dayNumber('2025-01-01');

/** One customer who buys a great deal, among others who buy once. */
function lines(count: number): readonly PurchaseLine[] {
  return Array.from({ length: count }, (_, at) => ({
    customer: at % 3 === 0 ? 'often' : `once ${String(at)}`,
    date: dateOfDay(START + ((at * 7) % 300)),
    amount: ((at * 31) % 100) / 100 - 0.1,
  }));
}

describe('purchases in columns', () => {
  it('keep every line of thousands, whatever their order', () => {
    const given = lines(3_000);
    const columns = new PurchaseColumns(given, Infinity);
    const reversed = new PurchaseColumns(given.toReversed(), Infinity);
    expect(columns.customers).toHaveLength(2_001);
    const often = columns.fold(columns.customers.indexOf('often'), Infinity);
    expect(reversed.fold(reversed.customers.indexOf('often'), Infinity)).toEqual(often);
    const total = given.filter(({ customer }) => customer === 'often').reduce((sum, { amount }) => sum + amount, 0);
    expect(often?.total).toBeCloseTo(total, 9);
  });

  it('fold up to any day within them', () => {
    const columns = new PurchaseColumns(lines(3_000), START + 200);
    const often = columns.customers.indexOf('often');
    expect(columns.fold(often, START - 1)).toBeUndefined();
    expect(columns.fold(often, START + 100)?.last).toBeLessThanOrEqual(START + 100);
    expect(columns.fold(often, Infinity)?.last).toBeLessThanOrEqual(START + 200);
  });
});

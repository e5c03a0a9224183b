import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { profitability, profitOf, type CustomerFacts, type ProfitRules } from './profitability.js';

const rules: ProfitRules = {
  version: 'rules.1',
  marginRate: 0.3,
  costPerOccasion: 2,
  costPerContact: 1,
  costPerCase: 8,
};
const facts = (customer: string, revenue: number, part: Partial<CustomerFacts> = {}): CustomerFacts => ({
  customer,
  revenue,
  occasions: 1,
  contacts: 0,
  cases: 0,
  ...part,
});

describe('profit of a customer', () => {
  it('is the margin less what occasions, contacts and cases cost', () => {
    expect(profitOf(rules, facts('ann', 100, { occasions: 2, contacts: 3, cases: 1 }))).toBe(30 - 4 - 3 - 8);
    expect(profitOf(rules, facts('bob', -10, { occasions: 0 }))).toBe(-3);
  });
});

describe('profitability', () => {
  it('draws the whale curve by decile and names the loss makers', () => {
    // Profits 18, 16, … 2, 0, then −2 … −20.
    const customers = Array.from({ length: 20 }, (_, i) => facts(String(i).padStart(2, '0'), (20 - 2 * i) / 0.3));
    const whale = profitability(rules, customers.toReversed());
    expect(whale.rulesVersion).toBe('rules.1');
    expect(whale.total).toBeCloseTo(-20, 9);
    expect(whale.deciles.map(({ customers: count }) => count)).toEqual(Array.from({ length: 10 }, () => 2));
    expect(whale.deciles.map(({ profit }) => profit)).toEqual(
      [34, 26, 18, 10, 2, -6, -14, -22, -30, -38].map((profit) => expect.closeTo(profit, 9)),
    );
    expect(whale.deciles.at(-1)).toMatchObject({
      cumulativeProfit: expect.closeTo(-20, 9),
      cumulativeShare: null,
    });
    expect(whale.lossMakers).toEqual({ customers: 10, profit: expect.closeTo(-110, 9) });
    expect(whale.peakShare).toBeNull();
  });

  it('reaches above the total where some customers lose money', () => {
    const { deciles, peakShare, lossMakers } = profitability(rules, [
      facts('ann', 100),
      facts('bob', 0, { cases: 1, occasions: 0 }),
    ]);
    expect(peakShare).toBeCloseTo(28 / 20, 12);
    expect(lossMakers).toEqual({ customers: 1, profit: -8 });
    expect(deciles.filter(({ customers }) => customers > 0).map(({ cumulativeShare }) => cumulativeShare)).toEqual([
      1.4, 1,
    ]);
  });

  it('counts every customer once, in falling deciles, whatever the order', () => {
    const revenues = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(revenues, (given) => {
        const customers = given.map((revenue, i) => facts(`${i}`, revenue));
        const whale = profitability(rules, customers);
        expect(profitability(rules, customers.toReversed())).toEqual(whale);
        expect(whale.deciles.reduce((sum, row) => sum + row.customers, 0)).toBe(given.length);
        expect(whale.deciles.at(-1)!.cumulativeProfit).toBeCloseTo(whale.total, 6);
        const means = whale.deciles.filter((row) => row.customers > 0).map((row) => row.profit / row.customers);
        for (const [i, mean] of means.entries()) expect(mean).toBeLessThanOrEqual((means[i - 1] ?? Infinity) + 1e-9);
      }),
    );
  });

  it('changes with the rules and carries their version', () => {
    const dearer = { ...rules, version: 'rules.2', costPerOccasion: 50 };
    expect(profitability(dearer, [facts('ann', 100)])).toMatchObject({ rulesVersion: 'rules.2', total: -20 });
  });

  it.each([
    [{ ...rules, marginRate: 1.1 }, facts('ann', 1), 'invalid-value', 'marginRate'],
    [{ ...rules, costPerCase: -1 }, facts('ann', 1), 'invalid-value', 'costPerCase'],
    [{ ...rules, costPerContact: NaN }, facts('ann', 1), 'invalid-value', 'costPerContact'],
    [{ ...rules, version: '' }, facts('ann', 1), 'invalid-value', 'version'],
    [rules, facts('ann', Infinity), 'invalid-value', 'revenue'],
    [rules, facts('ann', 1, { contacts: -1 }), 'invalid-counts', 'contacts'],
    [rules, facts('ann', 1, { cases: 0.5 }), 'invalid-counts', 'cases'],
  ])('refuses %j, %j with %s and names %s', (given, customer, code, field) => {
    expect(() => profitability(given, [customer])).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(field) }),
    );
  });

  it('refuses a total that no number holds', () => {
    const generous = { ...rules, marginRate: 1 };
    for (const revenue of [1e308, -1e308]) {
      expect(() => profitability(generous, [facts('ann', revenue), facts('bob', revenue)])).toThrow(
        expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('largest number') }),
      );
    }
  });

  it('needs a customer', () => {
    expect(() => profitability(rules, [])).toThrow(expect.objectContaining({ code: 'no-customers' }));
  });
});

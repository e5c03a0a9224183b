import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../business-rules/business-rules.js';
import { profitabilityOf } from './profitability.js';

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const activity = {
  revenue: 10_000,
  occasions: 3,
  outsideCampaigns: 2,
  campaignCost: 150,
  cases: 1,
  currencies: ['USD'],
};
const costs = { costPerOccasion: usd(100), costPerContact: usd(40), costPerCase: usd(500) };
const rules = { ...DEFAULT_RULES, ...costs, version: 2, marginRate: 0.5 };

describe('profitability', () => {
  it('is what is left of the margin after occasions, contacts and cases, and names the rules', () => {
    expect(profitabilityOf(activity, rules)).toEqual({
      numerator: 10_000 * 0.5 - 3 * 100 - 2 * 40 - 500 - 150,
      denominator: 10_000,
      currency: 'USD',
      businessRulesVersion: 2,
    });
  });

  it('is all of the revenue but for campaigns as long as there are no rules', () => {
    expect(profitabilityOf(activity, DEFAULT_RULES)).toMatchObject({ numerator: 9_850, businessRulesVersion: 0 });
  });

  it('cannot be said in several currencies, unless the other one costs nothing', () => {
    const won = { ...rules, costPerCase: { amountMinor: 900, currency: 'KRW' } };
    expect(profitabilityOf(activity, won)).toMatchObject({ numerator: null, reason: 'several-currencies' });
    expect(profitabilityOf({ ...activity, cases: 0 }, won)).not.toHaveProperty('reason');
    expect(profitabilityOf({ ...activity, currencies: ['USD', 'EUR'] }, rules)).toMatchObject({ denominator: null });
  });

  it('cannot be said without revenue, but what was spent can', () => {
    expect(profitabilityOf({ ...activity, revenue: 0 }, rules)).toMatchObject({
      numerator: -1_030,
      denominator: 0,
      reason: 'no-revenue',
    });
    const nothing = { revenue: 0, occasions: 0, outsideCampaigns: 0, campaignCost: 0, cases: 0, currencies: [] };
    expect(profitabilityOf(nothing, rules)).toEqual({
      numerator: 0,
      denominator: 0,
      reason: 'no-revenue',
      businessRulesVersion: 2,
    });
  });
});

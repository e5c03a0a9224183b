import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import { setBusinessRules, type RulesToSet } from './business-rules.decider.js';
import type { BusinessRulesSet } from './business-rules.events.js';
import { businessRulesAggregate, DEFAULT_RULES, rulesAt } from './business-rules.js';

const given = deciderSpec(businessRulesAggregate);
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const terms = { marginRate: 0.3, costPerOccasion: usd(50), costPerContact: usd(120), costPerCase: usd(900) };
const [MONDAY, TUESDAY, FRIDAY] = ['2026-01-05T10:00:00.000Z', '2026-01-06T10:00:00.000Z', '2026-01-09T10:00:00.000Z'];
const rules: RulesToSet = { ...terms, setAt: MONDAY };
const set = (rulesVersion: number, more: Partial<BusinessRulesSet['data']> = {}): BusinessRulesSet => ({
  type: 'BusinessRulesSet',
  data: { rulesVersion, ...terms, effectiveFrom: MONDAY, setAt: MONDAY, ...more },
});

describe('set business rules', () => {
  it('makes the first and the next version', () => {
    given().when(setBusinessRules(rules)).emits(set(1));
    given(set(1))
      .when(setBusinessRules({ ...rules, marginRate: 0.4, setAt: TUESDAY, note: 'after the audit' }))
      .emits(set(2, { marginRate: 0.4, effectiveFrom: TUESDAY, setAt: TUESDAY, note: 'after the audit' }));
  });

  it('can begin to hold at another time', () => {
    given()
      .when(setBusinessRules({ ...rules, effectiveFrom: FRIDAY }))
      .emits(set(1, { effectiveFrom: FRIDAY }));
  });

  it('makes no version of the same rules, but one of those that hold without any', () => {
    given(set(1))
      .when(setBusinessRules({ ...rules, setAt: TUESDAY }))
      .emitsNothing();
    given(set(1))
      .when(setBusinessRules({ ...rules, setAt: TUESDAY, effectiveFrom: MONDAY }))
      .emitsNothing();
    given(set(1))
      .when(setBusinessRules({ ...rules, setAt: TUESDAY, effectiveFrom: FRIDAY }))
      .emitsTypes('BusinessRulesSet');
    const { marginRate, costPerCase, costPerContact, costPerOccasion } = DEFAULT_RULES;
    given()
      .when(setBusinessRules({ marginRate, costPerCase, costPerContact, costPerOccasion, setAt: MONDAY }))
      .emitsTypes('BusinessRulesSet');
  });

  it('refuses costs below nothing and costs in several currencies', () => {
    given()
      .when(setBusinessRules({ ...rules, costPerCase: usd(-1) }))
      .rejects('validation-failed');
    given()
      .when(setBusinessRules({ ...rules, costPerCase: { amountMinor: 9, currency: 'KRW' } }))
      .rejects('validation-failed');
  });
});

describe('business rules', () => {
  const versions = [set(1), set(2, { effectiveFrom: FRIDAY }), set(3, { effectiveFrom: TUESDAY })].reduce(
    businessRulesAggregate.evolve,
    businessRulesAggregate.initial,
  );
  const versionAt = (at: string, until = 3): number => rulesAt(versions.slice(0, until + 1), at).version;

  it('are the newest that hold at a time, and those without a version before the first', () => {
    expect(versionAt('2026-01-01T00:00:00.000Z')).toBe(0);
    expect(versionAt(MONDAY)).toBe(1);
    expect([TUESDAY, FRIDAY].map((at) => versionAt(at, 2))).toEqual([1, 2]);
    expect([TUESDAY, FRIDAY].map((at) => versionAt(at))).toEqual([3, 3]);
    expect(rulesAt([], MONDAY)).toBe(DEFAULT_RULES);
  });
});

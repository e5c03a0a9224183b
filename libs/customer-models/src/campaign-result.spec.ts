import { describe, expect, it } from '@jest/globals';
import { campaignEffects, type ArmCounts, type CampaignEffect, type CampaignQuestion } from './campaign-result.js';
import { verdictOf } from './verdict.js';

function anArm(arm: string, members: number, counts: Partial<ArmCounts> = {}): ArmCounts {
  return { arm, members, responses: 0, conversions: 0, revenueSum: 0, revenueSquaredSum: 0, ...counts };
}

const control = anArm('control', 131, { responses: 20, conversions: 13, revenueSum: 1300, revenueSquaredSum: 150_000 });
const treated = anArm('treated', 524, {
  responses: 160,
  conversions: 157,
  revenueSum: 15_700,
  revenueSquaredSum: 1_700_000,
});

function effect(metric: CampaignEffect['metric'], question: CampaignQuestion): CampaignEffect | undefined {
  return campaignEffects(question).find((candidate) => candidate.metric === metric);
}

describe('campaign result', () => {
  it('has one effect for each arm and metric, against the control', () => {
    const effects = campaignEffects({ arms: [control, treated, anArm('other', 100)], control: 'control' });
    expect(effects.map(({ arm, against, metric, method }) => `${arm}-${against} ${metric} ${method}`)).toEqual([
      'treated-control response newcombe',
      'other-control response newcombe',
      'treated-control conversion newcombe',
      'other-control conversion newcombe',
      'treated-control revenue-per-member welch',
      'other-control revenue-per-member welch',
    ]);
  });

  it('tells a real effect by an interval that excludes 0', () => {
    const arms = [control, treated];
    expect(effect('conversion', { arms, control: 'control' })).toMatchObject({
      effect: 157 / 524 - 13 / 131,
      level: 0.95,
      verdict: 'positive',
    });
    expect(effect('conversion', { arms, control: 'treated' })?.verdict).toBe('negative');
  });

  it('does not take chance for an effect', () => {
    const arms = [control, anArm('treated', 524, { conversions: 55 })];
    expect(effect('conversion', { arms, control: 'control' })?.verdict).toBe('not-distinguishable');
  });

  it('adjusts for the number of arms and then goes by the adjusted p', () => {
    const arms = [
      anArm('control', 1_000, { conversions: 100 }),
      anArm('a', 1_000, { conversions: 129 }),
      anArm('b', 1_000, { conversions: 101 }),
      anArm('c', 1_000, { conversions: 102 }),
    ];
    const alone = effect('conversion', { arms: arms.slice(0, 2), control: 'control' });
    const among = effect('conversion', { arms, control: 'control' });
    expect(alone?.verdict).toBe('positive');
    expect(among?.p).toBe(alone?.p);
    expect(among?.pAdjusted).toBeCloseTo(3 * (alone?.p ?? NaN), 12);
    expect(among?.verdict).toBe('not-distinguishable');
  });

  it('claims nothing about conversions when the arms are too small for the effect that matters', () => {
    const arms = [control, treated];
    const large = { arms, control: 'control', conversionMinimumEffect: 0.2 };
    const small = { arms, control: 'control', conversionMinimumEffect: 0.02 };
    expect(effect('conversion', large)?.verdict).toBe('positive');
    expect(effect('conversion', small)).toMatchObject({ verdict: 'not-measurable', effect: 157 / 524 - 13 / 131 });
    expect(effect('response', small)?.verdict).toBe('positive');
  });

  it('uses the exact test in small cells', () => {
    const arms = [anArm('control', 10, { responses: 0 }), anArm('treated', 12, { responses: 4 })];
    expect(effect('response', { arms, control: 'control' })?.p).toBeCloseTo(0.09637730690362269, 10);
  });

  it('has no numbers, and no NaN, for an arm without members', () => {
    const effects = campaignEffects({
      arms: [control, anArm('nobody', 0)],
      control: 'control',
      conversionMinimumEffect: 0.1,
    });
    for (const { effect: found, interval, p, pAdjusted, verdict } of effects) {
      expect([found, interval, p, pAdjusted, verdict]).toEqual([null, null, null, null, 'not-measurable']);
    }
    const without = campaignEffects({
      arms: [anArm('control', 0), treated],
      control: 'control',
      conversionMinimumEffect: 0.1,
    });
    expect(without.every(({ verdict }) => verdict === 'not-measurable')).toBe(true);
  });

  it('leaves an arm without members out of the adjustment of the others', () => {
    const [, among] = campaignEffects({ arms: [control, anArm('nobody', 0), treated], control: 'control' });
    expect(among?.arm).toBe('treated');
    expect(among?.pAdjusted).toBe(among?.p);
  });

  it('refuses an unknown control and impossible counts', () => {
    expect(() => campaignEffects({ arms: [treated], control: 'control' })).toThrow(
      expect.objectContaining({ code: 'unknown-control', message: expect.stringContaining(`'${treated.arm}'`) }),
    );
    for (const revenueSum of [Infinity, NaN]) {
      expect(() => campaignEffects({ arms: [control, { ...treated, revenueSum }], control: 'control' })).toThrow(
        expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(`'${treated.arm}'`) }),
      );
    }
    expect(() => campaignEffects({ arms: [control, anArm('x', 5, { responses: 6 })], control: 'control' })).toThrow(
      expect.objectContaining({ code: 'invalid-counts' }),
    );
  });
});

describe('verdict', () => {
  it('is not distinguishable when the interval touches 0', () => {
    expect(verdictOf({ effect: 0.1, interval: [0, 0.2], pAdjusted: 0.01, arms: 1, measurable: true })).toBe(
      'not-distinguishable',
    );
  });
});

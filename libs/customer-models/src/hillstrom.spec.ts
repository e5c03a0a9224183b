import { expect, it } from '@jest/globals';
import { compareMembers, type CampaignMember } from './campaign-members.js';
import { describeWith, readRows } from './spec-kit/public-data.js';

function readMembers(): readonly CampaignMember[] {
  return readRows('hillstrom.csv').map((row) => {
    // From the end: the history segment has commas of its own.
    const [arm = '', visit = '', conversion = '', spend = ''] = row.split(',').slice(-4);
    return { arm, responded: visit === '1', converted: conversion === '1', revenue: Number(spend) };
  });
}

describeWith('hillstrom.csv', 'Hillstrom e-mail test', () => {
  const found = readMembers();
  const members = found.length > 0 ? found : [{ arm: 'No E-Mail', responded: false, converted: false, revenue: 0 }];
  const { arms, effects, revenueBootstrap } = compareMembers({ members, control: 'No E-Mail' });

  it.each([
    ['Mens E-Mail', 21_307, 3_894, 267, 30_311.69],
    ['Womens E-Mail', 21_387, 3_238, 189, 23_038.11],
    ['No E-Mail', 21_306, 2_262, 122, 13_908.33],
  ])('%s has the published counts', (arm, size, responses, conversions, spend) => {
    const found = arms.find((candidate) => candidate.arm === arm);
    expect(found).toMatchObject({ members: size, responses, conversions, revenueSum: expect.closeTo(spend, 2) });
  });

  it('has a bootstrap of spend that agrees with Welch to a tenth of its width', () => {
    expect(revenueBootstrap).toHaveLength(2);
    for (const { arm, interval } of revenueBootstrap) {
      const welch = effects.find((effect) => effect.arm === arm && effect.metric === 'revenue-per-member')?.interval;
      const width = welch![1] - welch![0];
      expect(Math.abs(interval![0] - welch![0])).toBeLessThan(width / 10);
      expect(Math.abs(interval![1] - welch![1])).toBeLessThan(width / 10);
    }
  });

  it.each([
    ['Mens E-Mail', 0.0766, 0.07, 0.0832, 0.7698, 0.1452],
    ['Womens E-Mail', 0.0452, 0.0389, 0.0516, 0.4244, 0.1303],
  ])('%s has the published lifts', (arm, visits, low, high, spend, spendError) => {
    const response = effects.find((effect) => effect.arm === arm && effect.metric === 'response');
    expect(response?.effect).toBeCloseTo(visits, 4);
    expect(response?.interval?.[0]).toBeCloseTo(low, 4);
    expect(response?.interval?.[1]).toBeCloseTo(high, 4);
    const revenue = effects.find((effect) => effect.arm === arm && effect.metric === 'revenue-per-member');
    expect(revenue?.effect).toBeCloseTo(spend, 4);
    const half = ((revenue?.interval?.[1] ?? NaN) - (revenue?.interval?.[0] ?? NaN)) / 2;
    expect(half / 1.96).toBeCloseTo(spendError, 3);
  });

  it('is positive on every metric, several arms or not', () => {
    expect(effects.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'positive'));
  });
});

import { describe, expect, it } from '@jest/globals';
import { compareChannels, type ChannelArm, type ChannelFacts } from './channel-comparison.js';

function anArm(members: number, conversions: number, value = 50): ChannelArm {
  return {
    members,
    responses: conversions * 2,
    conversions,
    revenueSum: conversions * value,
    revenueSquaredSum: conversions * value * value,
  };
}

const mail: ChannelFacts = { channel: 'email', treated: anArm(10_000, 500), control: anArm(2_000, 60), cost: 2_000 };
const call: ChannelFacts = { channel: 'call', treated: anArm(500, 60), control: anArm(500, 30), cost: 6_000 };
const shop: ChannelFacts = { channel: 'branch', treated: anArm(300, 90), cost: 0 };

describe('comparing channels', () => {
  it('sets side by side what channels reached, brought and cost', () => {
    const [branch, phone, email] = compareChannels([mail, call, shop]);
    expect(email).toMatchObject({
      channel: 'email',
      customers: 10_000,
      responses: 1_000,
      conversions: 500,
      revenue: 25_000,
      cost: 2_000,
      responseRate: 0.1,
      conversionRate: 0.05,
      revenuePerCustomer: 2.5,
      costPerConversion: 4,
    });
    expect(phone?.costPerConversion).toBe(100);
    expect(branch).toMatchObject({ channel: 'branch', costPerConversion: 0, lift: [], increment: null });
  });

  it('counts only what a channel caused against its own control', () => {
    const email = compareChannels([mail])[0]!;
    expect(email.increment).toEqual({
      conversions: expect.closeTo(200, 9),
      revenue: expect.closeTo(10_000, 8),
      costPerConversion: expect.closeTo(10, 9),
      returnOnCost: expect.closeTo(4, 9),
    });
    expect(email.lift.map(({ arm, metric, verdict }) => `${arm} ${metric} ${verdict}`)).toEqual([
      'email response positive',
      'email conversion positive',
      'email revenue-per-member positive',
    ]);
  });

  it('adjusts for the number of channels that are tested', () => {
    const close = { channel: 'sms', treated: anArm(1_000, 129), control: anArm(1_000, 100), cost: 10 };
    const dull = (channel: string): ChannelFacts => ({ ...close, channel, treated: anArm(1_000, 101) });
    const conversion = (facts: readonly ChannelFacts[]): unknown =>
      compareChannels(facts)
        .find(({ channel }) => channel === 'sms')
        ?.lift.find(({ metric }) => metric === 'conversion')?.verdict;
    expect(conversion([close, shop])).toBe('positive');
    expect(conversion([close, dull('a'), dull('b')])).toBe('not-distinguishable');
  });

  it('has no ratio where there is nothing to divide by', () => {
    const idle = compareChannels([{ channel: 'fax', treated: anArm(0, 0), control: anArm(10, 1), cost: 0 }])[0]!;
    expect(idle).toMatchObject({
      responseRate: null,
      revenuePerCustomer: null,
      costPerConversion: null,
      increment: null,
    });
    expect(idle.lift.every(({ verdict }) => verdict === 'not-measurable')).toBe(true);
    const harmful = compareChannels([{ ...mail, treated: anArm(10_000, 100) }])[0]!;
    expect(harmful.increment?.costPerConversion).toBeNull();
    expect(harmful.increment?.returnOnCost).toBeLessThan(-1);
  });

  it('does not depend on the order of the channels', () => {
    expect(compareChannels([shop, call, mail])).toEqual(compareChannels([mail, shop, call]));
  });

  it('refuses a channel given twice, impossible counts and costs', () => {
    expect(() => compareChannels([mail, mail])).toThrow(expect.objectContaining({ code: 'invalid-value' }));
    expect(() => compareChannels([{ ...shop, cost: -1 }])).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining("'branch'") }),
    );
    expect(() => compareChannels([{ ...shop, treated: { ...anArm(5, 5), revenueSum: Infinity } }])).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
    expect(() => compareChannels([{ ...shop, treated: anArm(5, 6) }])).toThrow(
      expect.objectContaining({ code: 'invalid-counts' }),
    );
  });
});

import { deriveId } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONTROL } from './campaign-plan.js';
import { draw, type DrawRule } from './draw.js';

const PARTIES = 20_000;
const party = (number: number): string => deriveId('party', String(number));

const countsOf = (rule: DrawRule): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let number = 0; number < PARTIES; number++) {
    const { arm } = draw(rule, party(number));
    counts.set(arm, (counts.get(arm) ?? 0) + 1);
  }
  return counts;
};

/** Five standard deviations of a binomial count. */
const isNear = (count: number, share: number): boolean =>
  Math.abs(count - PARTIES * share) <= 5 * Math.sqrt(PARTIES * share * (1 - share)) + 1;

describe('the draw', () => {
  it('gives the control group and every arm their share, whatever the campaign', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    const fractions = fc.integer({ min: 0, max: 9 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(fc.uuid(), fractions, weights, (campaignId, fraction, parts) => {
        const sum = parts.reduce((total, part) => total + part, 0);
        const arms = parts.map((part, index) => ({ name: `arm-${String(index)}`, share: part / sum }));
        const counts = countsOf({ campaignId, control: { fraction }, arms });
        return (
          isNear(counts.get(CONTROL) ?? 0, fraction) &&
          arms.every(({ name, share }) => isNear(counts.get(name) ?? 0, share * (1 - fraction)))
        );
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  it('is the same for ever', () => {
    const rule = { campaignId: 'c-1', control: { fraction: 0.2 }, arms: [{ name: 'treatment', share: 1 }] };
    expect(draw(rule, 'p-1')).toEqual(draw(rule, 'p-1'));
    expect(draw(rule, 'p-1')).toEqual({
      arm: 'treatment',
      input: 'c-1:p-1',
      fraction: expect.closeTo(0.4846459836511876, 12),
    });
  });

  it('is another one in another campaign', () => {
    const arms = [{ name: 'treatment', share: 1 }];
    const drawnIn = (campaignId: string): string =>
      Array.from(
        { length: 50 },
        (_, number) => draw({ campaignId, control: { fraction: 0.5 }, arms }, party(number)).arm,
      ).join();
    expect(drawnIn('c-1')).not.toBe(drawnIn('c-2'));
  });

  it('gives the last arm what rounding leaves', () => {
    const arms = [{ name: 'only', share: 0.999_999_999 }];
    const waived = { campaignId: 'c-1', control: { fraction: 0 }, arms };
    expect(new Set(Array.from({ length: 200 }, (_, number) => draw(waived, party(number)).arm))).toEqual(
      new Set(['only']),
    );
    expect(draw({ ...waived, arms: [{ name: 'none', share: 0 }] }, 'p-1').arm).toBe('none');
    expect(draw({ ...waived, arms: [] }, 'p-1').arm).toBe(CONTROL);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fulfils } from '../segment/segment-predicate.js';
import type { Where } from '../segment/segment-where.js';
import { daysUntilNextLook } from './next-look.js';

const leaf = fc
  .record({
    feature: fc.constantFrom('recencyDays', 'tenureDays'),
    operator: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
    operand: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double({ min: 0, max: 12, noNaN: true })),
  })
  .map(({ feature, operator, operand }) => ({ feature, [operator]: operand }));
const where = fc.letrec<{ where: Where }>((tie) => ({
  where: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('where').map((not) => ({ not })),
  ),
})).where;

describe('next look at a customer', () => {
  it('comes before time alone changes what a predicate says', () => {
    fc.assert(
      fc.property(where, fc.nat(10), fc.nat(10), (predicate, recencyDays, tenureDays) => {
        const now = fulfils(predicate, { recencyDays, tenureDays });
        const next = daysUntilNextLook(predicate, { recencyDays, tenureDays }) ?? 30;
        for (let day = 1; day < next; day++)
          expect(fulfils(predicate, { recencyDays: recencyDays + day, tenureDays: tenureDays + day })).toBe(now);
      }),
    );
  });

  it('is never needed for predicates that do not depend on time', () => {
    expect(daysUntilNextLook({ all: [{ feature: 'occasions', gte: 3 }, { feature: 'lastAt', exists: true }] }, { recencyDays: 1, tenureDays: 2 })).toBeUndefined(); // prettier-ignore
    expect(
      daysUntilNextLook({ feature: 'recencyDays', gte: 90 }, { recencyDays: null, tenureDays: null }),
    ).toBeUndefined();
  });

  it('is on the day that an operand is reached', () => {
    expect(daysUntilNextLook({ feature: 'recencyDays', gte: 90 }, { recencyDays: 30, tenureDays: 200 })).toBe(60);
    expect(daysUntilNextLook({ feature: 'recencyDays', in: [30, 45] }, { recencyDays: 30, tenureDays: 200 })).toBe(1);
  });
});

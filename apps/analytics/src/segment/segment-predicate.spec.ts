import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aWhere, someValues } from '../spec-kit/predicates.js';
import { fulfils, outcomesOf } from './segment-predicate.js';
import { conditionsOf, featuresOf } from './segment-where.js';

describe('predicate', () => {
  it('follows the laws of and, or and not', () => {
    fc.assert(
      fc.property(fc.array(aWhere, { minLength: 1, maxLength: 4 }), someValues, (parts, values) => {
        const each = parts.map((part) => fulfils(part, values));
        expect(fulfils({ all: parts }, values)).toBe(!each.includes(false));
        expect(fulfils({ any: parts }, values)).toBe(each.includes(true));
        expect(fulfils({ not: { any: parts } }, values)).toBe(fulfils({ all: parts.map((not) => ({ not })) }, values));
      }),
    );
  });

  it('is fulfilled by no comparison with a value that is missing', () => {
    for (const operator of ['eq', 'lt', 'lte', 'gt', 'gte'] as const)
      expect(fulfils({ feature: 'recencyDays', [operator]: 0 }, {})).toBe(false);
    expect(fulfils({ feature: 'rfm.segment', in: ['Lost'] }, { 'rfm.segment': null })).toBe(false);
    expect(fulfils({ feature: 'rfm.segment', ne: 'Lost' }, {})).toBe(true);
    expect(fulfils({ feature: 'rfm.segment', exists: false }, {})).toBe(true);
  });

  it.each([
    [{ feature: 'recencyDays', gte: 30 }, { recencyDays: 30 }, true],
    [{ feature: 'recencyDays', gt: 30 }, { recencyDays: 30 }, false],
    [{ feature: 'recencyDays', in: [30, 60] }, { recencyDays: 60 }, true],
    [{ feature: 'lastAt', lt: '1997-06-01T00:00:00+02:00' }, { lastAt: '1997-05-31T21:59:59.999Z' }, true],
    [{ feature: 'lastAt', eq: '1997-06-01T00:00:00+02:00' }, { lastAt: '1997-05-31T22:00:00.000Z' }, true],
    [{ feature: 'rfm.segment', in: ['Lost', 'At Risk'] }, { 'rfm.segment': 'At Risk' }, true],
  ])('%j of %j is %s', (where, values, expected) => {
    expect(fulfils(where, values)).toBe(expected);
  });

  it('says of every condition what it saw', () => {
    fc.assert(
      fc.property(aWhere, someValues, (where, values) => {
        const outcomes = outcomesOf(where, values);
        expect(outcomes.map(({ pointer }) => pointer)).toEqual(conditionsOf(where).map(({ pointer }) => pointer));
        for (const { feature, operator, operand, value, holds } of outcomes) {
          expect(value).toBe(values[feature] ?? null);
          expect(holds).toBe(fulfils({ feature, [operator]: operand }, values));
        }
        expect(new Set(outcomes.map(({ feature }) => feature))).toEqual(new Set(featuresOf(where)));
      }),
    );
  });
});

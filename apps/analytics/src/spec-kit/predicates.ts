import fc from 'fast-check';
import type { FeatureValues } from '../segment/segment-predicate.js';
import type { Where } from '../segment/segment-where.js';

const moments = ['1997-01-10T12:00:00.000Z', '1997-02-01T12:00:00.000Z', '1997-03-15T00:00:00.000Z'] as const;
const names = ['Champions', 'Lost', 'At Risk'] as const;

const number = fc.integer({ min: 0, max: 6 });
const leaf = fc.oneof(
  fc
    .record({
      feature: fc.constantFrom(
        'occasions',
        'repeatOccasions',
        'recencyDays',
        'meanRepeatValue',
        'rfm.r',
        'bg-nbd.pAlive',
      ),
      operator: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
      operand: number,
    })
    .map(({ feature, operator, operand }) => ({ feature, [operator]: operand })),
  fc.array(number, { minLength: 1, maxLength: 3 }).map((values) => ({ feature: 'occasions', in: values })),
  fc
    .record({ operator: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'), operand: fc.constantFrom(...moments) })
    .map(({ operator, operand }) => ({ feature: 'lastAt', [operator]: operand })),
  fc.constantFrom(...names).map((name) => ({ feature: 'rfm.segment', ne: name })),
  fc.array(fc.constantFrom(...names), { minLength: 1 }).map((list) => ({ feature: 'rfm.segment', in: list })),
  fc.record({ feature: fc.constantFrom('recencyDays', 'rfm.segment', 'lastAt'), exists: fc.boolean() }),
);

/** Any predicate over a few features and scores. */
export const aWhere: fc.Arbitrary<Where> = fc.letrec<{ where: Where }>((tie) => ({
  where: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('where'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('where').map((not) => ({ not })),
  ),
})).where;

const orNone = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);

/** Values of a customer, some of them missing. */
export const someValues: fc.Arbitrary<FeatureValues> = fc.record({
  occasions: number,
  repeatOccasions: number,
  recencyDays: orNone(number),
  meanRepeatValue: orNone(number),
  'rfm.r': orNone(number),
  'bg-nbd.pAlive': orNone(number),
  'rfm.segment': orNone(fc.constantFrom(...names)),
  lastAt: orNone(fc.constantFrom(...moments)),
});

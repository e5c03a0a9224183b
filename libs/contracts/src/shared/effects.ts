import { Type } from '@sinclair/typebox';

/** A measured effect; none where nothing can be measured. On revenue per member it is in minor units. */
export const Measured = Type.Unsafe<number | null>({ type: ['number', 'null'] });

/** Lower and upper bound of an effect; none where there is no effect. */
export const Interval = Type.Unsafe<[number, number] | null>({
  type: ['array', 'null'],
  items: { type: 'number' },
  minItems: 2,
  maxItems: 2,
});

import { segmentFeature } from '../segment/segment-feature.js';
import { conditionsOf, type Where } from '../segment/segment-where.js';

/**
 * In how many days time alone may change what a predicate says of a customer, and nothing when it cannot. Features that grow
 * by one a day cross an operand when they reach it or pass it; looking on a day without a change does no harm.
 */
export function daysUntilNextLook(where: Where, values: Readonly<Record<string, number | null>>): number | undefined {
  const days = conditionsOf(where).flatMap(({ feature, operand }) => {
    const value = values[feature];
    if (segmentFeature(feature)?.growsDaily !== true || value === null || value === undefined) return [];
    const operands = (Array.isArray(operand) ? operand : [operand]).filter((one) => typeof one === 'number');
    return operands
      .flatMap((one) => [Math.ceil(one), Math.floor(one) + 1])
      .filter((day) => day > value)
      .map((day) => day - value);
  });
  return days.length === 0 ? undefined : Math.min(...days);
}

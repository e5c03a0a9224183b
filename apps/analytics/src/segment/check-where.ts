import { Rejected, type FieldError } from '@crm/event-sourcing';
import { isTimestamp } from '@crm/platform';
import type { FeatureType } from '../customer-features/feature-catalogue.js';
import { segmentFeature } from './segment-feature.js';
import { conditionsOf, WHERE_OPERATORS, type Where, type WhereOperator } from './segment-where.js';

const MOST_DEPTH = 8;
const MOST_CONDITIONS = 100;
const MOST_VALUES = 500;
const MOST_TEXT = 200;

const GROUPS = ['all', 'any', 'not'] as const;
const OPERATORS_OF: Readonly<Record<FeatureType, readonly WhereOperator[]>> = {
  number: WHERE_OPERATORS,
  timestamp: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'exists'],
  text: ['eq', 'ne', 'in', 'exists'],
};
const IS_VALUE: Readonly<Record<FeatureType, (value: unknown) => boolean>> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  timestamp: (value) => typeof value === 'string' && isTimestamp(value),
  text: (value) => typeof value === 'string' && value.length <= MOST_TEXT,
};

type Fields = Readonly<Record<string, unknown>>;
type Faults = readonly FieldError[];

const fault = (pointer: string, code: string, detail: string): Faults => [{ pointer, code, detail }];

/** A predicate as a client sent it; 400 names its faults with pointers. */
export function checkedWhere(sent: unknown): Where {
  let errors = faultsOf(sent, '/where', 1);
  if (errors.length === 0 && conditionsOf(sent as Where).length > MOST_CONDITIONS)
    errors = fault('/where', 'too-long', `At most ${String(MOST_CONDITIONS)} conditions`);
  if (errors.length === 0) return sent as Where;
  throw new Rejected('validation-failed', 'The predicate is not valid', {
    status: 400,
    errors: errors.slice(0, MOST_CONDITIONS),
  });
}

function faultsOf(part: unknown, pointer: string, depth: number): Faults {
  if (depth > MOST_DEPTH)
    return fault(pointer, 'too-long', `At most ${String(MOST_DEPTH)} predicates inside one another`);
  if (typeof part !== 'object' || part === null || Array.isArray(part))
    return fault(pointer, 'wrong-type', 'An object');
  const fields = part as Fields;
  const group = GROUPS.find((name) => Object.hasOwn(fields, name));
  if (group === undefined)
    return [...unknownIn(fields, ['feature', ...WHERE_OPERATORS], pointer), ...leafFaults(fields, pointer)];
  return [...unknownIn(fields, [group], pointer), ...groupFaults(group, fields[group], `${pointer}/${group}`, depth)];
}

function groupFaults(group: (typeof GROUPS)[number], inside: unknown, pointer: string, depth: number): Faults {
  if (group === 'not') return faultsOf(inside, pointer, depth + 1);
  if (!Array.isArray(inside)) return fault(pointer, 'wrong-type', 'A list of predicates');
  if (inside.length === 0) return fault(pointer, 'too-short', 'At least one predicate');
  return inside.flatMap((part, index) => faultsOf(part, `${pointer}/${String(index)}`, depth + 1));
}

function leafFaults(fields: Fields, pointer: string): Faults {
  const name = fields['feature'];
  if (name === undefined) return fault(`${pointer}/feature`, 'required', 'A feature, or all, any or not instead');
  const feature = typeof name === 'string' ? segmentFeature(name) : undefined;
  if (feature === undefined) return fault(`${pointer}/feature`, 'not-allowed', 'There is no such feature');
  const [operator, ...more] = WHERE_OPERATORS.filter((one) => Object.hasOwn(fields, one));
  if (operator === undefined || more.length > 0)
    return fault(pointer, 'exactly-one', `Exactly one of ${WHERE_OPERATORS.join(', ')}`);
  return operandFaults(feature.type, operator, fields[operator], `${pointer}/${operator}`);
}

function operandFaults(type: FeatureType, operator: WhereOperator, operand: unknown, pointer: string): Faults {
  const operators = OPERATORS_OF[type];
  if (!operators.includes(operator)) return fault(pointer, 'not-allowed', `A ${type} takes ${operators.join(', ')}`);
  if (operator === 'exists') return typeof operand === 'boolean' ? [] : fault(pointer, 'wrong-type', 'true or false');
  if (operator === 'in') return listFaults(type, operand, pointer);
  return IS_VALUE[type](operand) ? [] : fault(pointer, 'wrong-type', `A ${type}`);
}

function listFaults(type: FeatureType, operand: unknown, pointer: string): Faults {
  if (!Array.isArray(operand)) return fault(pointer, 'wrong-type', 'A list of values');
  if (operand.length === 0) return fault(pointer, 'too-short', 'At least one value');
  if (operand.length > MOST_VALUES) return fault(pointer, 'too-long', `At most ${String(MOST_VALUES)} values`);
  return operand.flatMap((value, index) =>
    IS_VALUE[type](value) ? [] : fault(`${pointer}/${String(index)}`, 'wrong-type', `A ${type}`),
  );
}

function unknownIn(fields: Fields, known: readonly string[], pointer: string): Faults {
  return Object.keys(fields)
    .filter((name) => !known.includes(name))
    .flatMap((name) =>
      fault(
        /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name) ? `${pointer}/${name}` : pointer,
        'unknown-field',
        'The field is not known',
      ),
    );
}

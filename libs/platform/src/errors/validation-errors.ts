import type { FieldError } from '@crm/event-sourcing';
import { fieldCodes, pointerToUnknown, type FieldCode } from './field-codes.js';

/** A property at fault, as class-validator tells it. */
interface Violation {
  readonly property: string;
  readonly value?: unknown;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly Violation[];
}

const CODE_OF_CONSTRAINT: Readonly<Record<string, FieldCode>> = {
  isDefined: 'required',
  isNotEmpty: 'required',
  isNotEmptyObject: 'required',
  whitelistValidation: 'unknown-field',
  isString: 'wrong-type',
  isInt: 'wrong-type',
  isNumber: 'wrong-type',
  isBoolean: 'wrong-type',
  isArray: 'wrong-type',
  isObject: 'wrong-type',
  nestedValidation: 'wrong-type',
  isIn: 'not-allowed',
  isEnum: 'not-allowed',
  equals: 'not-allowed',
  isLength: 'too-long',
  minLength: 'too-short',
  maxLength: 'too-long',
  arrayNotEmpty: 'too-short',
  arrayMinSize: 'too-short',
  arrayMaxSize: 'too-long',
  min: 'too-small',
  isPositive: 'too-small',
  max: 'too-big',
};

/** Turns what the validation pipe found into fields at fault; texts are ours, since class-validator's may hold values. */
export function fieldErrorsOf(errors: readonly Violation[], parent = ''): readonly FieldError[] {
  return errors.flatMap((error) => {
    const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const nested = fieldErrorsOf(error.children ?? [], pointer);
    const code = error.constraints === undefined ? undefined : codeOf(error);
    if (code === undefined) return nested;
    const at = code === 'unknown-field' ? pointerToUnknown(parent, error.property) : pointer;
    return [{ pointer: at, code, detail: fieldCodes[code] }, ...nested];
  });
}

function codeOf(error: Violation): FieldCode {
  const constraints = Object.keys(error.constraints ?? {});
  const codes = constraints.map((constraint) =>
    constraint in fieldCodes ? (constraint as FieldCode) : CODE_OF_CONSTRAINT[constraint],
  );
  const named = codes.find((code) => code === 'unknown-field' || code === 'exactly-one');
  if (named !== undefined) return named;
  if (error.value === undefined || error.value === null) return 'required';
  if (constraints.includes('isLength') && typeof error.value === 'string') return lengthCode(error);
  const order: readonly FieldCode[] = ['wrong-type', 'occurred-at-in-future'];
  return (
    order.find((code) => codes.includes(code)) ?? codes.find((code) => code !== undefined) ?? formatCode(constraints)
  );
}

/** One constraint names both bounds; only its text tells which one was broken. */
function lengthCode(error: Violation): FieldCode {
  return /longer/.test(error.constraints?.['isLength'] ?? '') ? 'too-short' : 'too-long';
}

function formatCode(constraints: readonly string[]): FieldCode {
  return constraints.some((constraint) => /^(is|matches)/.test(constraint)) ? 'wrong-format' : 'invalid';
}

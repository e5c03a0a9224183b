import { Type, type SchemaOptions, type Static, type TObject, type TString } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { fieldCodes, pointerToUnknown, type FieldCode } from '../errors/field-codes.js';
import { minorDigitsOf } from '../http/money.js';
import { isDate, isInFuture, isTimestamp } from '../http/times.js';
import { isPartyReference } from '../http/validators.js';

/** What is wrong with an item: where, and why; never the value. */
export interface ItemFault {
  readonly pointer: string;
  readonly code: FieldCode;
}

/** A bulk item's schema, compiled once. */
export interface ItemSchema<Item> {
  readonly schema: TObject;
  /** For its type only: `typeof orders.item`. */
  readonly item: Item;
  /** The first fault of a value, or undefined. Brings UUIDs to lower case. */
  faultOf(value: unknown): ItemFault | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const ajv = new Ajv({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: false,
  code: { optimize: 2 },
});
ajv.addFormat('uuid', UUID);
ajv.addFormat('date-time', isTimestamp);
ajv.addFormat('date', isDate);
ajv.addFormat('party-reference', isPartyReference);
ajv.addFormat('currency', (text: string) => minorDigitsOf(text) !== undefined);
ajv.addKeyword({
  keyword: 'notInFuture',
  type: 'string',
  schemaType: 'boolean',
  validate: (on: boolean, text: string) => !on || !isInFuture(text),
});
ajv.addKeyword({
  keyword: 'lowerCase',
  type: 'string',
  schemaType: 'boolean',
  modifying: true,
  compile: () => lowerCase,
});

function lowerCase(
  text: string,
  context?: { readonly parentData: object; readonly parentDataProperty: string | number },
): boolean {
  if (context !== undefined)
    (context.parentData as Record<string | number, unknown>)[context.parentDataProperty] = text.toLowerCase();
  return true;
}

/** Compiles the schema of a bulk item. */
export function itemSchema<Schema extends TObject>(schema: Schema): ItemSchema<Static<Schema>> {
  const validate: ValidateFunction = ajv.compile(schema);
  return {
    schema,
    item: undefined as unknown as Static<Schema>,
    faultOf: (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return { pointer: '', code: 'wrong-type' };
      return validate(value) ? undefined : faultOf(validate.errors ?? []);
    },
  };
}

/** A UUID in an item. */
export function idSchema(options: SchemaOptions = {}): TString {
  return Type.String({ ...options, format: 'uuid', lowerCase: true });
}

/** A time with offset in an item; `notInFuture`: at most 5 minutes ahead. */
export function timestampSchema(options: SchemaOptions & { readonly notInFuture?: boolean } = {}): TString {
  return Type.String({ ...options, format: 'date-time' });
}

/** The two ways to name a party in an item; use with `exactlyOneParty`. */
export const partyFields = {
  partyId: Type.Optional(idSchema()),
  partyRef: Type.Optional(Type.String({ format: 'party-reference', description: '"<system>:<value>"' })),
};

/** Option of an item's object: exactly one of `partyId` and `partyRef`. */
export const exactlyOneParty = { oneOf: [{ required: ['partyId'] }, { required: ['partyRef'] }] };

const CODE_OF_KEYWORD: Readonly<Record<string, FieldCode>> = {
  type: 'wrong-type',
  pattern: 'wrong-format',
  enum: 'not-allowed',
  const: 'not-allowed',
  minLength: 'too-short',
  minItems: 'too-short',
  maxLength: 'too-long',
  maxItems: 'too-long',
  minimum: 'too-small',
  exclusiveMinimum: 'too-small',
  maximum: 'too-big',
  exclusiveMaximum: 'too-big',
  notInFuture: 'occurred-at-in-future',
};

function faultOf(errors: readonly ErrorObject[]): ItemFault {
  const last = errors.at(-1);
  if (last === undefined) return { pointer: '', code: 'invalid' };
  const { keyword, instancePath: at, params } = last as ErrorObject<string, Readonly<Record<string, unknown>>>;
  switch (keyword) {
    case 'oneOf':
    case 'anyOf':
      return faultOfChoice(errors, last);
    case 'required':
      return { pointer: `${at}/${String(params['missingProperty'])}`, code: 'required' };
    case 'additionalProperties':
      return { pointer: pointerToUnknown(at, String(params['additionalProperty'])), code: 'unknown-field' };
    case 'format':
      return { pointer: at, code: params['format'] === 'currency' ? 'unknown-currency' : 'wrong-format' };
    default:
      return { pointer: at, code: CODE_OF_KEYWORD[keyword] ?? 'invalid' };
  }
}

/** A choice between values is a value not allowed; between shapes, the fault deepest in the item says most. */
function faultOfChoice(errors: readonly ErrorObject[], choice: ErrorObject): ItemFault {
  const branches = errors.filter((error) => error !== choice && error.instancePath.startsWith(choice.instancePath));
  if (branches.every(({ keyword }) => keyword === 'required'))
    return { pointer: choice.instancePath, code: 'exactly-one' };
  if (branches.every(({ keyword }) => keyword === 'const' || keyword === 'enum'))
    return { pointer: choice.instancePath, code: 'not-allowed' };
  const deepest = branches.reduce((left, right) =>
    right.instancePath.length > left.instancePath.length ? right : left,
  );
  return deepest.keyword === 'oneOf' || deepest.keyword === 'anyOf'
    ? { pointer: deepest.instancePath, code: 'invalid' }
    : faultOf([deepest]);
}

/** The words for a fault in a problem. */
export function faultDetail({ code }: ItemFault): string {
  return fieldCodes[code];
}

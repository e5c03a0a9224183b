import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { ContractViolation } from './errors.js';
import { contractOf, isInternalType } from './registry.js';
import type { JsonSchema } from './schema-fields.js';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
addFormats.default(ajv, ['uuid', 'date', 'date-time']);

/** The same schema without room for fields that it does not declare. */
export function closed(schema: JsonSchema): JsonSchema {
  const each = (schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> =>
    Object.fromEntries(Object.entries(schemas).map(([name, field]) => [name, closed(field)]));
  return {
    ...schema,
    ...(schema.properties !== undefined && { properties: each(schema.properties), additionalProperties: false }),
    ...(schema.patternProperties !== undefined && { patternProperties: each(schema.patternProperties) }),
    ...(schema.items !== undefined && { items: closed(schema.items) }),
    ...(schema.anyOf !== undefined && { anyOf: schema.anyOf.map(closed) }),
  };
}

/** Compiles a schema when it is first used: a service speaks few of all contracts. */
const compileOnce = (variant: (schema: JsonSchema) => JsonSchema): ((type: string) => ValidateFunction) => {
  const compiled = new Map<string, ValidateFunction>();
  return (type) => {
    const validate = compiled.get(type) ?? ajv.compile(variant(contractOf(type).data));
    compiled.set(type, validate);
    return validate;
  };
};

const publishedBy = compileOnce(closed);
const receivedBy = compileOnce((schema) => schema);

const check = (validate: ValidateFunction, type: string, data: unknown): void => {
  if (validate(data)) return;
  const error = validate.errors?.[0];
  const params = error?.params as { missingProperty?: string; additionalProperty?: string } | undefined;
  const field = params?.missingProperty ?? params?.additionalProperty;
  const pointer = `${error?.instancePath ?? ''}${field === undefined ? '' : `/${field}`}`;
  throw new ContractViolation(
    type,
    pointer,
    error?.keyword ?? 'schema',
    error?.message ?? 'does not keep its contract',
  );
};

/**
 * What leaves a service: exactly the declared fields, nothing else. Throws `ContractViolation` with the pointer of the first
 * fault, `UnknownContract` for a type that is none.
 */
export function validatePublished(type: string, data: unknown): void {
  if (!isInternalType(type)) {
    check(publishedBy(type), type, data);
  } else if (typeof data !== 'object' || data === null || Object.keys(data).length > 0) {
    throw new ContractViolation(type, '', 'internal', 'an internal position has no data');
  }
}

/** What a reader may rely on: the declared fields are there as declared; fields of later releases are ignored. */
export function validateReceived(type: string, data: unknown): void {
  if (!isInternalType(type)) check(receivedBy(type), type, data);
}

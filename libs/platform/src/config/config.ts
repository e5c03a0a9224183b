import { Type, type SchemaOptions, type Static, type TObject, type TSchema, type TString } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** One fault of the configuration. Names the variable, never its value. */
export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigInvalid extends Error {
  constructor(readonly faults: readonly ConfigFault[]) {
    super(
      `The configuration is not valid:\n${faults.map(({ variable, problem }) => `  ${variable}: ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigInvalid';
  }
}

/** A variable whose value is never printed. */
export function secret(options: SchemaOptions & { readonly minLength?: number } = {}): TString {
  return Type.String({ minLength: 1, ...options, secret: true });
}

/** Reads the variables of a schema from the environment: numbers and booleans converted, defaults filled in, others passed over. */
export function loadConfig<Schema extends TObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Static<Schema>> {
  const given = Object.fromEntries(Object.keys(schema.properties).flatMap((name) => entryOf(name, env[name])));
  const value = Value.Convert(schema, Value.Default(schema, given));
  const faults = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    const variable = error.path.split('/')[1] ?? '';
    if (!faults.has(variable))
      faults.set(variable, given[variable] === undefined ? 'is missing' : expectation(schema.properties[variable]));
  }
  if (faults.size > 0) throw new ConfigInvalid([...faults].map(([variable, problem]) => ({ variable, problem })));
  return value as Static<Schema>;
}

/** The configuration for people: every variable with its value, secrets as `***`. */
export function describeConfig(
  schema: TObject,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [
      name,
      isSecret(property) && config[name] !== undefined ? '***' : config[name],
    ]),
  );
}

/** An empty variable counts as one that is not set. */
function entryOf(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined || value.trim() === '' ? [] : [[name, value.trim()]];
}

function isSecret(property: TSchema): boolean {
  return property['secret'] === true;
}

function expectation(property: TSchema | undefined): string {
  const { type, minimum, maximum, minLength, pattern, format, anyOf } = (property ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const choices = Array.isArray(anyOf)
    ? (anyOf as readonly TSchema[]).map((one) => JSON.stringify(one['const']))
    : undefined;
  const rules = [
    choices === undefined
      ? `must be a valid ${typeof type === 'string' ? type : 'value'}`
      : `must be one of ${choices.join(', ')}`,
    ...(minimum === undefined ? [] : [`at least ${JSON.stringify(minimum)}`]),
    ...(maximum === undefined ? [] : [`at most ${JSON.stringify(maximum)}`]),
    ...(minLength === undefined ? [] : [`at least ${JSON.stringify(minLength)} characters`]),
    ...(pattern === undefined ? [] : [`of the form ${JSON.stringify(pattern)}`]),
    ...(format === undefined ? [] : [`a ${JSON.stringify(format)}`]),
  ];
  return rules.join(', ');
}

import { Type, type SchemaOptions, type Static, type TObject, type TSchema, type TString } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { givenValues, type Environment, type GivenValues } from './given-values.js';

export type { Environment } from './given-values.js';

/** One fault of the configuration. Names the variable, never its value. */
export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
}

/** What one variable demands of others. Variables with a fault of their own are not in the values that it sees. */
export type ConfigRule = (values: Readonly<Record<string, unknown>>) => readonly ConfigFault[];

/** Everything that is wrong with the configuration, at once. */
export class ConfigInvalid extends Error {
  constructor(readonly faults: readonly ConfigFault[]) {
    super(
      `The configuration is not valid:\n${faults.map(({ variable, problem }) => `  ${variable}: ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigInvalid';
  }
}

type StringOptions = SchemaOptions & {
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  /** Variables that this one cannot do without. */
  readonly requires?: readonly string[];
  /** In words what a value must be, for the fault. */
  readonly expects?: string;
};

/** A variable whose value is never printed. */
export function secret(options: StringOptions = {}): TString {
  return Type.String({ minLength: 1, ...options, secret: true });
}

/** A variable that names a file, which must be readable at the start. */
export function file(options: StringOptions = {}): TString {
  return Type.String({ minLength: 1, ...options, file: true });
}

/**
 * Reads the variables of a schema from the environment, or from the files that `<NAME>_FILE` names: numbers and booleans
 * converted, defaults filled in, others passed over. Throws `ConfigInvalid` with every fault.
 */
export function loadConfig<Schema extends TObject>(
  schema: Schema,
  env: Environment,
  rules: readonly ConfigRule[] = [],
): Readonly<Static<Schema>> {
  const given = givenValues(schema, env);
  const value = Value.Convert(schema, Value.Default(schema, Object.fromEntries(given.values))) as Record<
    string,
    unknown
  >;
  const faults = new Map(given.faults);
  for (const error of Value.Errors(schema, value)) {
    const variable = error.path.split('/')[1] ?? '';
    const problem = given.values.has(variable) ? expectation(schema.properties[variable]) : 'is missing';
    if (!faults.has(variable)) faults.set(variable, { variable, problem });
  }
  const sound = Object.fromEntries(Object.entries(value).filter(([name]) => !faults.has(name)));
  const more = [...unmet(schema, given, faults), ...rules.flatMap((rule) => rule(sound))];
  if (faults.size + more.length > 0) throw new ConfigInvalid([...faults.values(), ...more]);
  return value as Static<Schema>;
}

/** A variable as it is in force, and where from. */
export interface ConfigEntry {
  readonly value: unknown;
  readonly from: 'environment' | 'file' | 'default' | 'not set';
}

/** The configuration for people: every variable, secrets as `***`. */
export function describeConfig(
  schema: TObject,
  config: Readonly<Record<string, unknown>>,
  env: Environment,
): Readonly<Record<string, ConfigEntry>> {
  const { values, fromFiles } = givenValues(schema, env);
  const sourceOf = (name: string): ConfigEntry['from'] => {
    if (fromFiles.has(name)) return 'file';
    if (values.has(name)) return 'environment';
    return config[name] === undefined ? 'not set' : 'default';
  };
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [
      name,
      { value: isSecret(property) && config[name] !== undefined ? '***' : config[name], from: sourceOf(name) },
    ]),
  );
}

function unmet(
  schema: TObject,
  { values }: GivenValues,
  faults: ReadonlyMap<string, ConfigFault>,
): readonly ConfigFault[] {
  return [...values.keys()].flatMap((name) =>
    ((schema.properties[name]?.['requires'] ?? []) as readonly string[])
      .filter((needed) => !values.has(needed) && !faults.has(needed))
      .map((needed) => ({ variable: needed, problem: `is needed with ${name}` })),
  );
}

function isSecret(property: TSchema): boolean {
  return property['secret'] === true;
}

function expectation(property: TSchema | undefined): string {
  const expects: unknown = property?.['expects'];
  if (typeof expects === 'string') return `must be ${expects}`;
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

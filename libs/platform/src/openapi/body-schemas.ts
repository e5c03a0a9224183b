import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { VALIDATOR_SCHEMAS } from '../http/validators.js';

type JsonSchema = Readonly<Record<string, unknown>>;

const PREFIX = '#/components/schemas/';

/** Schemas of all body classes of the process, by class name. */
export function bodySchemas(): Readonly<Record<string, JsonSchema>> {
  const additionalConverters = Object.fromEntries(
    Object.entries(VALIDATOR_SCHEMAS).map(([name, schema]) => [name, { ...schema }]),
  );
  return validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage as never,
    refPointerPrefix: PREFIX,
    additionalConverters,
  }) as Readonly<Record<string, JsonSchema>>;
}

/** The schemas that some schemas refer to, directly or through others. */
export function referredSchemas(
  all: Readonly<Record<string, JsonSchema>>,
  names: readonly string[],
): Readonly<Record<string, JsonSchema>> {
  const found = new Map<string, JsonSchema>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (schema === undefined || found.has(name)) continue;
    found.set(name, { ...schema, additionalProperties: false });
    open.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function referencesIn(schema: unknown): readonly string[] {
  const text = JSON.stringify(schema);
  return [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
}

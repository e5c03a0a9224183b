/** The part of JSON Schema that contracts are written in. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** A place in the data of an event: `*` stands for any item of an array and any key of a record. */
export interface SchemaField {
  readonly pointer: string;
  /** Absent for items and for values of a record. */
  readonly name?: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** Every field that a schema declares, outermost first. */
export function fieldsOf(schema: JsonSchema, pointer = ''): readonly SchemaField[] {
  const fields: SchemaField[] = [];
  const add = (field: SchemaField): void => {
    fields.push(field, ...fieldsOf(field.schema, field.pointer));
  };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    add({ pointer: `${pointer}/${name}`, name, required: schema.required?.includes(name) === true, schema: field });
  }
  const values = Object.values(schema.patternProperties ?? {});
  if (typeof schema.additionalProperties === 'object') values.push(schema.additionalProperties);
  if (schema.items !== undefined) values.push(schema.items);
  for (const value of values) add({ pointer: `${pointer}/*`, required: false, schema: value });
  for (const variant of schema.anyOf ?? [])
    fields.push({ pointer, required: false, schema: variant }, ...fieldsOf(variant, pointer));
  return fields;
}

import { internalType, type Contract, type ServiceName } from '../contract.js';
import type { JsonSchema } from '../schema-fields.js';

/** What an internal event says. */
export const INTERNAL = 'A position that the service keeps to itself: published so that positions have no gaps.';

/** A contract as it is published and frozen: JSON Schema, with hop and partition key beside it. */
export interface PublishedSchema extends JsonSchema {
  readonly $schema: string;
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly 'x-crm-hop'?: string;
  readonly 'x-crm-key': string;
}

/** The JSON Schema of the positions that a service keeps to itself. */
export function internalSchemaOf(service: ServiceName): Omit<PublishedSchema, 'x-crm-key'> {
  const type = internalType(service);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:crm:contract:${type}`,
    title: type,
    description: INTERNAL,
    type: 'object',
    maxProperties: 0,
  };
}

/** The JSON Schema of a contract's data. Readers leave unknown fields alone, so it is open. */
export function jsonSchemaOf(contract: Contract): PublishedSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:crm:contract:${contract.type}`,
    title: contract.type,
    description: contract.description,
    ...(contract.hop !== undefined && { 'x-crm-hop': contract.hop }),
    'x-crm-key': contract.key,
    // TypeBox marks its schemas with symbols, which JSON does not know.
    ...(JSON.parse(JSON.stringify(contract.data)) as JsonSchema),
  };
}

import { SERVICES, internalType, type Contract } from '../contract.js';
import { asyncApiOf } from './asyncapi.js';
import { eventsPageOf } from './events-page.js';
import { internalSchemaOf, jsonSchemaOf } from './json-schema.js';

/** JSON as it is written to a file. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every generated file by its path below the docs folder. The same contracts always give the same bytes. */
export function artefactsOf(
  contracts: readonly Contract[],
  samples: ReadonlyMap<string, unknown>,
  version: string,
): ReadonlyMap<string, string> {
  return new Map([
    ...contracts.map((contract) => [`schemas/${contract.type}.json`, json(jsonSchemaOf(contract))] as const),
    ...SERVICES.map((service) => [`schemas/${internalType(service)}.json`, json(internalSchemaOf(service))] as const),
    ['asyncapi.json', json(asyncApiOf(contracts, samples, version))] as const,
    ['events.md', eventsPageOf(contracts, samples)] as const,
  ]);
}

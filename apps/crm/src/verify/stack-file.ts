import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { DevelopmentIssuer } from '@crm/platform';
import { ApiClient } from '../api-client.js';
import { readConfig } from '../config.js';
import { mintFor } from '../target.js';
import type { RunningElsewhere } from './invariants.js';

/** What the local stack writes about itself. */
interface StackFile {
  readonly services: readonly { readonly name: ServiceName; readonly databaseUrl: string }[];
  readonly gateway: string;
  readonly issuerFolder: string;
}

/** The services of a local stack, from the folder in which it keeps its state. */
export async function servicesOfStack(folder: string): Promise<RunningElsewhere> {
  const path = join(resolve(folder), 'stack.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} cannot be read: is the local stack up?`);
  });
  const { services, gateway, issuerFolder } = JSON.parse(text) as StackFile;
  const issuer = await DevelopmentIssuer.open({ folder: resolve(folder, issuerFolder), nodeEnv: readConfig().nodeEnv });
  return {
    databases: new Map(services.map(({ name, databaseUrl }) => [name, databaseUrl])),
    client: new ApiClient(gateway, mintFor(issuer)),
  };
}

/** Databases of services by name from a JSON file: `{"sales": "postgres://…", …}`. */
export async function databasesIn(file: string): Promise<ReadonlyMap<ServiceName, string>> {
  const urls = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, string>>;
  const missing = SERVICES.filter((name) => typeof urls[name] !== 'string');
  if (missing.length > 0) throw new Error(`${file} names no database of ${missing.join(', ')}`);
  return new Map(SERVICES.map((name) => [name, urls[name] ?? '']));
}

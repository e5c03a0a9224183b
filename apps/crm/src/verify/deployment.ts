import type { ServiceName } from '@crm/contracts';
import { createLogger, openAtRest, type ServiceAtRest } from '@crm/platform';
import { developmentKeys, type PrivacyKeys } from '@crm/privacy';
import type { ApiClient } from '../api-client.js';
import { definitions } from '../embedded/embedded-stack.js';

/** The services by name, looked at in their databases; whoever runs them, and wherever. */
export type Services = ReadonlyMap<ServiceName, ServiceAtRest>;

/** What the checks need of services that run somewhere. */
export interface Deployment {
  readonly databases: ReadonlyMap<ServiceName, string>;
  /** Default: the development keys. */
  readonly keys?: (service: ServiceName) => PrivacyKeys;
  readonly client: ApiClient;
  /** Folders with files in which nothing of erased people may be left. */
  readonly folders: readonly string[];
}

/** Opens the databases of all services, works with them and closes them. */
export async function withServices<T>(
  { databases, keys = developmentKeys }: Pick<Deployment, 'databases' | 'keys'>,
  work: (services: Services) => Promise<T>,
): Promise<T> {
  const services = new Map<ServiceName, ServiceAtRest>();
  try {
    for (const definition of definitions) {
      const { name } = definition;
      const databaseUrl = databases.get(name);
      if (databaseUrl === undefined) throw new Error(`there is no database of ${name} to be checked`);
      const logger = createLogger({ service: name, level: 'silent' });
      services.set(name, openAtRest(definition, { databaseUrl, keys: keys(name), logger }));
    }
    return await work(services);
  } finally {
    await Promise.all([...services.values()].map((service) => service.close()));
  }
}

/** A service's connections. */
export function poolOf(services: Services, name: ServiceName): ServiceAtRest['context']['pool'] {
  return serviceOf(services, name).context.pool;
}

export function serviceOf(services: Services, name: ServiceName): ServiceAtRest {
  const service = services.get(name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
}

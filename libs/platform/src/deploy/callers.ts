import type { ServiceName } from '@crm/contracts';
import { clientCredentials, ServiceTokens } from '../auth/service-tokens.js';
import type { ServiceConfig } from './service-config.js';

/** What a service calls the others with. */
export interface Callers {
  readonly tokens: ServiceTokens;
  readonly urlOf: (service: ServiceName) => string;
}

export function callersOf({ tokenUrl, clientId, clientSecret, urls }: ServiceConfig): Callers {
  return {
    tokens: new ServiceTokens(clientCredentials({ tokenUrl, clientId, clientSecret })),
    urlOf: (service) => {
      const url = urls.get(service);
      if (url === undefined) throw new Error(`nothing says where ${service} is`);
      return url;
    },
  };
}

import type { QueueBackend } from '@crm/jobs';
import type { Consumer, Projection } from '@crm/messaging';
import { ServiceTokens } from '../auth/service-tokens.js';
import { partyErasure, type ErasedParty } from './erase-parties.js';
import { openService, type OpenService, type ServiceSettings } from './open-service.js';
import type { ServiceDefinition } from './service-definition.js';

// Beside those of the instances that run; a rebuild needs three.
const CONNECTIONS = { store: 2, work: 4 };

/** What it takes to read a service's database and to repair it. */
export type RestSettings = Pick<ServiceSettings, 'databaseUrl' | 'keys' | 'logger' | 'settings'>;

/** A service of which nothing runs here: its database can be looked at, and its erasures can be re-applied. */
export interface ServiceAtRest extends Omit<OpenService, 'start'> {
  readonly projections: readonly Projection[];
  /** Everything of it that follows events, the projections included. */
  readonly consumers: readonly Consumer[];
  /** Erases a party again that was erased after the database was backed up. */
  reapplyErasure(erased: ErasedParty): Promise<void>;
}

/** Opens the database of a service without running any of it; another process may do that at the same time. */
export function openAtRest(definition: ServiceDefinition, settings: RestSettings): ServiceAtRest {
  const service = openService(definition, {
    ...settings,
    connections: CONNECTIONS,
    queue: noQueue,
    tokens: new ServiceTokens(() => Promise.reject(new Error(`${definition.name} is at rest and calls nobody`))),
    verifier: { verify: () => Promise.reject(new Error(`${definition.name} is at rest and answers nobody`)) },
    urlOf: () => '',
  });
  const { context, ownFeed, publicFeed } = service;
  const erasure = partyErasure(context, definition.erasure?.(context) ?? []);
  const projections = definition.projections(context);
  return {
    definition,
    context,
    ownFeed,
    publicFeed,
    close: () => service.close(),
    projections,
    consumers: [...projections, ...definition.reactors(context), erasure.reactor],
    reapplyErasure: async (erased) => {
      await definition.keepErasure?.(context, erased);
      await erasure.reapply(erased);
    },
  };
}

/** Intents wait in the database for the service that runs. */
const noQueue: QueueBackend = {
  isReachable: false,
  open: () => Promise.resolve(),
  hasLost: () => Promise.resolve(false),
  push: () => Promise.resolve(),
  pushOverdue: () => Promise.resolve(),
  deliver: () => undefined,
  close: () => Promise.resolve(),
};

import type { Clock, EventStore } from '@crm/event-sourcing';
import type { Jobs } from '@crm/jobs';
import type { BlindIndex, KeyRing, Vault } from '@crm/privacy';
import type pg from 'pg';
import type { Logger } from '../logging/logger.js';
import type { ServiceClients } from './service-clients.js';
import type { ServiceName } from '@crm/contracts';

/** What a service's reactors, jobs, handlers and queries work with. Injected into Nest providers as it is. */
export class ServiceContext {
  readonly name!: ServiceName;
  readonly store!: EventStore;
  /** Connections to the service's own database; unqualified tables are read models. */
  readonly pool!: pg.Pool;
  readonly vault!: Vault;
  readonly keyRing!: KeyRing;
  readonly blindIndex!: BlindIndex;
  readonly jobs!: Jobs;
  readonly services!: ServiceClients;
  /** Turns a party reference into its party id; the same in every service. */
  readonly referenceKey!: Uint8Array;
  /** The service's own variables, as its definition's `settings` describe them. */
  readonly settings!: Readonly<Record<string, unknown>>;
  /** That of the database; at rest, where nothing is asked, that of the process. */
  readonly clock!: Clock;
  readonly logger!: Logger;

  constructor(parts: { readonly [Part in keyof ServiceContext]: ServiceContext[Part] }) {
    Object.assign(this, parts);
  }
}

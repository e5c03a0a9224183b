import type { PublicEvent, ServiceName } from '@crm/contracts';
import type { RecordedEvent, Upcaster } from '@crm/event-sourcing';
import type { JobHandler } from '@crm/jobs';
import type { Projection, Reactor } from '@crm/messaging';
import type { ErasureContributor } from '@crm/privacy';
import type { Type } from '@nestjs/common';
import type { MigrationInterface } from 'typeorm';
import type { ServiceContext } from './service-context.js';

/** Work that is done outside a request: a timer, a call to the outside, a long computation. */
export interface JobDefinition {
  readonly name: string;
  /** May be delivered again for the same job at any time: its effect is guarded by a row or a derived command id. */
  readonly handle: JobHandler<never>;
  /** Jobs of this name in hand at once. Default: 4. */
  readonly concurrency?: number;
}

/** A service's table of contents: everything it consists of, independent of where and how it runs. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  readonly modules: readonly Type[];
  /** In order; each is a class made by `sqlMigration` or written by hand. */
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly upcasters?: readonly Upcaster[];
  /** What a stored event says to other services; undefined keeps it to the service itself. */
  publish(event: RecordedEvent): PublicEvent | undefined;
  projections(context: ServiceContext): readonly Projection[];
  reactors(context: ServiceContext): readonly Reactor[];
  jobs?(context: ServiceContext): readonly JobDefinition[];
  /** Places with personal rows outside the log, such as blind indexes. */
  erasure?(context: ServiceContext): readonly ErasureContributor[];
  /** Runs once the service is up, before it takes requests: timers and sweeps that have to be planned again. */
  onStart?(context: ServiceContext): Promise<void>;
}

/** Keeps a definition's literal types. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

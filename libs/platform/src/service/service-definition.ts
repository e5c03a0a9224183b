import type { PublicEvent, ServiceName } from '@crm/contracts';
import type { RecordedEvent, Upcaster } from '@crm/event-sourcing';
import type { JobHandler } from '@crm/jobs';
import type { Projection, Reactor } from '@crm/messaging';
import type { ErasureContributor } from '@crm/privacy';
import type { Type } from '@nestjs/common';
import type { TObject } from '@sinclair/typebox';
import type { MigrationInterface } from 'typeorm';
import type { ErasedParty } from './erase-parties.js';
import type { ScrapedGauge } from '../metrics/scraped-gauge.js';
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
  /** Environment variables of this service alone; what each stands for is in the context's `settings`. */
  readonly settings?: TObject;
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
  /**
   * Keeps an erasure that the service's own log lost with a restore; only the service that decides about erasures has it.
   * Changes nothing when it is kept already.
   */
  keepErasure?(context: ServiceContext, erased: ErasedParty): Promise<void>;
  /** What operators want to see of this service alone. */
  metrics?(context: ServiceContext): readonly ScrapedGauge[];
  /** Runs once the service is up, before it takes requests: timers and sweeps that have to be planned again. */
  onStart?(context: ServiceContext): Promise<void>;
  /** Runs once nothing of the service moves any more, while its database can still be reached; also after a start that failed. */
  onStop?(context: ServiceContext): Promise<void>;
}

/** Keeps a definition's literal types. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

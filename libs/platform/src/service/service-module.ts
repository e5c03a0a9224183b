import { EventStore } from '@crm/event-sourcing';
import { Jobs } from '@crm/jobs';
import { ConsumerRunner, type FeedWithHistory } from '@crm/messaging';
import { Vault } from '@crm/privacy';
import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { deadLettersController } from './dead-letters.controller.js';
import { feedsController } from './feeds.controller.js';
import type { EventSource } from './open-service.js';
import { projectionsController } from './projections.controller.js';
import { ServiceContext } from './service-context.js';
import type { ServiceDefinition } from './service-definition.js';

interface Parts {
  readonly definition: ServiceDefinition;
  readonly context: ServiceContext;
  readonly publicFeed: FeedWithHistory;
  readonly runner: ConsumerRunner;
  readonly sources: readonly EventSource[];
}

@Module({})
class ServiceRootModule {}

@Module({})
class ContextModule {}

/** The service's Nest modules around its context, with what every service has: feeds, dead letters, rebuilds. */
export function serviceModule({ definition, context, publicFeed, runner, sources }: Parts): DynamicModule {
  const providers = [
    { provide: ServiceContext, useValue: context },
    { provide: EventStore, useValue: context.store },
    { provide: Vault, useValue: context.vault },
    { provide: Jobs, useValue: context.jobs },
    { provide: Pool, useValue: context.pool },
    { provide: ConsumerRunner, useValue: runner },
  ];
  return {
    module: ServiceRootModule,
    imports: [
      CqrsModule.forRoot(),
      { module: ContextModule, global: true, providers, exports: providers.map(({ provide }) => provide) },
      ...definition.modules,
    ],
    controllers: [
      feedsController(definition.name, publicFeed),
      deadLettersController(definition.name, runner),
      projectionsController(definition, context, sources),
    ],
  };
}

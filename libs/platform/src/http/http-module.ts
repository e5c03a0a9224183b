import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { ApiKeys } from '../auth/api-keys.js';
import { apiKeysController } from '../auth/api-keys.controller.js';
import { Batches } from '../bulk/batches.js';
import { ImportStore } from '../bulk/import-store.js';
import { Imports } from '../bulk/imports.js';
import { Health } from '../health/health.js';
import { HttpMetrics } from '../metrics/http-metrics.js';
import { ReadAfterTokens } from './answer-interceptor.js';

interface Parts {
  readonly module: Type | DynamicModule;
  readonly serviceName: string;
  readonly apiKeys: ApiKeys;
  readonly imports: ImportStore;
  readonly tokens: ReadAfterTokens;
  readonly metrics: HttpMetrics;
  readonly logger: Logger;
  readonly health: Health;
  readonly pool: Pool;
}

@Module({})
class HttpRootModule {}

@Module({})
class HttpPartsModule {}

/** The service's module with what every service has beside it: API keys, imports, batches, health. */
export function httpModule(parts: Parts): DynamicModule {
  const { apiKeys, imports, metrics, logger, health } = parts;
  const providers = [
    { provide: ApiKeys, useValue: apiKeys },
    { provide: ImportStore, useValue: imports },
    { provide: Imports, useValue: new Imports(imports, parts.tokens, metrics, logger) },
    { provide: Batches, useValue: new Batches(parts.pool) },
    { provide: Health, useValue: health },
    { provide: ReadAfterTokens, useValue: parts.tokens },
  ];
  return {
    module: HttpRootModule,
    imports: [
      { module: HttpPartsModule, global: true, providers, exports: providers.map(({ provide }) => provide) },
      parts.module,
    ],
    controllers: [apiKeysController(parts.serviceName)],
  };
}

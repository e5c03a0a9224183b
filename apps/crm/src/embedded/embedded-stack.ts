import { join, resolve } from 'node:path';
import { analyticsService } from '@crm/analytics';
import type { ServiceName } from '@crm/contracts';
import { customerInformationService } from '@crm/customer-information';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@crm/embedded-postgres';
import { createPool } from '@crm/event-sourcing';
import { BullMqQueue } from '@crm/jobs';
import { marketingService } from '@crm/marketing';
import { createLogger, DevelopmentIssuer, hostServices, type Host, type Logger } from '@crm/platform';
import { developmentKeys } from '@crm/privacy';
import { salesService } from '@crm/sales';
import { serviceService } from '@crm/service';
import { readConfig } from '../config.js';
import { instanceFile } from './instance.js';

export const definitions = [
  customerInformationService,
  marketingService,
  salesService,
  serviceService,
  analyticsService,
];

export interface StackOptions {
  /** Relative to where the command was called; made when missing. */
  readonly dataDir: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly onProgress?: (what: string) => void;
}

/** All five services on an embedded PostgreSQL, in this process. */
export interface Stack {
  readonly url: string;
  readonly host: Host;
  readonly issuer: DevelopmentIssuer;
  readonly postgres: EmbeddedPostgres;
  stop(): Promise<void>;
}

/** The database of a service within the embedded server. */
export function databaseOf(service: ServiceName): string {
  return `crm_${service.replaceAll('-', '_')}`;
}

/** Starts everything on a data folder. Throws a named error when the folder is in use or cannot be used. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const config = readConfig();
  const dataDir = resolve(options.dataDir);
  const progress = options.onProgress ?? ((): void => undefined);
  const issuer = await DevelopmentIssuer.open({ folder: dataDir, nodeEnv: config.nodeEnv });
  progress('starting PostgreSQL');
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    await createDatabases(postgres);
    progress('starting the services');
    const logger = (service: ServiceName): Logger => createLogger({ service, level: config.logLevel });
    const databaseUrl = (service: ServiceName): string => postgres.url(databaseOf(service));
    const host = await hostServices({
      definitions,
      databaseUrl,
      keys: developmentKeys,
      queue: (service) =>
        new BullMqQueue({
          backend: 'postgres',
          url: databaseUrl(service),
          queue: service,
          onError: (error) => {
            logger(service).warn({ err: error }, 'the job queue reports an error');
          },
        }),
      logger,
      issuer,
      environment: () => config.environment,
      port: options.port,
      address: config.address,
      metricsPublic: config.metricsPublic,
      managementPort: config.managementPort,
    });
    const removeInstance = await instanceFile(dataDir, host.url);
    if (host.managementUrl !== undefined) progress(`metrics at ${host.managementUrl}/metrics`);
    return {
      url: host.url,
      host,
      issuer,
      postgres,
      stop: async () => {
        await removeInstance();
        await host.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function createDatabases(postgres: EmbeddedPostgres): Promise<void> {
  const admin = createPool({ url: postgres.url('postgres'), max: 1 });
  try {
    const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database');
    const existing = new Set(rows.map((row) => row.datname));
    for (const { name } of definitions) {
      const database = databaseOf(name);
      if (!existing.has(database))
        await admin.query(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    }
  } finally {
    await admin.end();
  }
}

/** Where a data folder keeps what belongs to the command line. */
export function fileIn(dataDir: string, name: string): string {
  return join(resolve(dataDir), name);
}

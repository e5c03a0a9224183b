import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '@crm/event-sourcing';
import { isInfrastructure } from '@crm/messaging';
import type { Logger } from '../logging/logger.js';
import { migrate, migrationState, type MigrationState } from '../service/migrations.js';
import type { ServiceDefinition } from '../service/service-definition.js';

const RETRY_MS = 1_000;

/** The database has not been brought up to this version. */
export class MigrationsPending extends Error {
  constructor(service: string, pending: readonly string[]) {
    super(
      `the database of ${service} needs ${String(pending.length)} migrations: run \`crm migrate ${service}\` first, or set CRM_MIGRATE_ON_START=true`,
    );
    this.name = 'MigrationsPending';
  }
}

/** Waits for the database as long as it takes, and makes sure that it is as this version needs it; a newer one is well. */
export async function databaseReady(
  definition: ServiceDefinition,
  { databaseUrl, migrateOnStart }: { readonly databaseUrl: string; readonly migrateOnStart: boolean },
  logger: Logger,
): Promise<void> {
  if (migrateOnStart) await patiently(() => migrate(databaseUrl, definition.migrations), logger);
  const { pending, ahead } = await patiently(() => stateOf(databaseUrl, definition), logger);
  if (pending.length > 0) throw new MigrationsPending(definition.name, pending);
  if (ahead.length > 0) logger.info({ ahead }, 'the database is one of a newer version');
}

async function stateOf(databaseUrl: string, { name, migrations }: ServiceDefinition): Promise<MigrationState> {
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: `${name} start` });
  try {
    return await migrationState(pool, migrations);
  } finally {
    await pool.end();
  }
}

async function patiently<T>(work: () => Promise<T>, logger: Logger): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!isInfrastructure(error)) throw error;
      logger.warn({ err: error }, 'waiting for the database');
      await sleep(RETRY_MS);
    }
}

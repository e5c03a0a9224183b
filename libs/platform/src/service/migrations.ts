import { EVENT_STORE_SCHEMA } from '@crm/event-sourcing';
import { JOBS_SCHEMA } from '@crm/jobs';
import { BUS_SCHEMA } from '@crm/messaging';
import { PRIVACY_SCHEMA } from '@crm/privacy';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { PLATFORM_SCHEMA } from '../http/platform-schema.js';

const EPOCH = 1_700_000_000_000;
const LOCK = 0x6d696772;

type Migration = new () => MigrationInterface;

/** A migration of plain SQL. `number` orders it within the service, from 1; neither is changed after a release. */
export function sqlMigration(number: number, name: string, sql: string): Migration {
  return class implements MigrationInterface {
    readonly name = `${name}${String(EPOCH + number)}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('migrations only go forward: restore a backup instead'));
    }
  };
}

/** What every service's database begins with. */
const foundation = sqlMigration(
  0,
  'foundation',
  [
    EVENT_STORE_SCHEMA,
    BUS_SCHEMA,
    PRIVACY_SCHEMA,
    JOBS_SCHEMA,
    PLATFORM_SCHEMA,
    'CREATE SCHEMA IF NOT EXISTS rm;',
  ].join('\n'),
);

/** Brings a service's database up to date; safe when several instances start at once. */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: [foundation, ...migrations] as unknown as (() => void)[],
    schema: 'public',
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'each',
    extra: { options: '-c search_path=rm,public', max: 2 },
    logging: false,
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await source.runMigrations();
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  } finally {
    await lock.release();
    await source.destroy();
  }
}

import { resolve, join } from 'node:path';
import type { ServiceName } from '@crm/contracts';
import { beginIncarnation } from '@crm/event-sourcing';
import type pg from 'pg';
import { assertOwnDatabase, migrationNames, runMigrations, type Migration } from '../service/migrations.js';
import type { BackupProgress } from './back-up.js';
import { inTransaction, withMaintenance } from './maintenance.js';
import { BackupRefused, fileOf, readManifest, type Manifest } from './manifest.js';
import { loadTables } from './load-tables.js';
import { markRestoring, RESTORE_SCHEMA } from './restore-mark.js';
import { MIGRATIONS_TABLE, REPLACED_SCHEMAS } from './service-tables.js';
import { hashOf } from './table-file.js';

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly service: ServiceName;
  /** Folder of the backup. */
  readonly from: string;
  /** Those of the service's definition. */
  readonly migrations: readonly Migration[];
  /** Drops what the database holds. Without it only an empty database is taken. */
  readonly replace?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** What was restored. The database stays closed until `reapplyErasures` has been through. */
export interface Restored {
  readonly backup: Manifest;
  /** The one that begins with the restore. */
  readonly incarnation: string;
}

const RELATIONS = `SELECT count(*)::int AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;
const INSTANCES = `SELECT DISTINCT application_name AS name FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE $1 || ' %'`;
// Its own events up to the heads are the same as before: what follows them goes on where it stood.
const OWN_CURSORS = 'UPDATE bus.cursor SET incarnation = $2 WHERE source = $1';
const OWN_DEAD_LETTERS = 'UPDATE bus.dead_letter SET incarnation = $2 WHERE source = $1';

/**
 * Loads a backup into an empty database, or with `replace` into the service's, and begins a new incarnation. Everything that can be
 * checked is checked before anything is touched. A restore that is broken off leaves a database that refuses to be opened.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { databaseUrl, service, migrations } = options;
  const folder = resolve(options.from);
  const backup = await readManifest(folder);
  checkFit(backup, service, migrations);
  await checkFiles(folder, backup);
  return withMaintenance(databaseUrl, async (client) => {
    await checkDatabase(client, service, options.replace === true);
    await assertOwnDatabase(client, migrations);
    await makeRoom(client, service, options.replace === true);
    await runMigrations(databaseUrl, migrations, new Set(backup.migrations));
    await inTransaction(client, 'BEGIN', () => loadTables(client, folder, backup, options.onProgress));
    await runMigrations(databaseUrl, migrations);
    const incarnation = await inTransaction(client, 'BEGIN', () => beginAnew(client, service));
    return { backup, incarnation };
  });
}

/**
 * Begins a new incarnation of a database that somebody else brought back to an earlier state: a recovery to a point in time, a
 * dump, a snapshot of the disk, a replica that lacked the last commits. All or nothing; answers with the incarnation.
 */
export async function restoreInPlace(
  options: Pick<RestoreOptions, 'databaseUrl' | 'service' | 'migrations'>,
): Promise<string> {
  const { databaseUrl, service, migrations } = options;
  return withMaintenance(databaseUrl, async (client) => {
    await checkInstances(client, service);
    await assertOwnDatabase(client, migrations);
    await runMigrations(databaseUrl, migrations);
    return inTransaction(client, 'BEGIN', async () => {
      await checkInstances(client, service);
      return beginAnew(client, service);
    });
  });
}

function checkFit(backup: Manifest, service: ServiceName, migrations: readonly Migration[]): void {
  if (backup.service !== service)
    throw new BackupRefused('wrong-service', `the backup is one of ${backup.service}, not of ${service}`);
  const known = new Set(migrationNames(migrations));
  const unknown = backup.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new BackupRefused(
      'newer',
      `the backup was taken by a newer version of ${service}, which has ${unknown.join(', ')}: restore it with that version`,
    );
}

async function checkFiles(folder: string, { tables }: Manifest): Promise<void> {
  const damaged: string[] = [];
  for (const table of tables)
    if ((await hashOf(join(folder, fileOf(table)))) !== table.sha256) damaged.push(fileOf(table));
  if (damaged.length > 0)
    throw new BackupRefused('damaged', `the backup is damaged, or incomplete: ${damaged.join(', ')}`);
}

async function checkDatabase(client: pg.ClientBase, service: ServiceName, replace: boolean): Promise<void> {
  await checkInstances(client, service);
  const { rows } = await client.query<{ n: number }>(RELATIONS);
  if (!replace && (rows[0]?.n ?? 0) > 0)
    throw new BackupRefused('not-empty', 'the database is not empty: restore into another one, or with --replace');
}

async function checkInstances(client: pg.ClientBase, service: ServiceName): Promise<void> {
  const { rows: instances } = await client.query<{ name: string }>(INSTANCES, [service]);
  if (instances.length > 0)
    throw new BackupRefused('in-use', `${service} is running on this database: stop all of its instances first`);
}

async function makeRoom(client: pg.PoolClient, service: ServiceName, replace: boolean): Promise<void> {
  await inTransaction(client, 'BEGIN', async () => {
    if (replace)
      await client.query(
        `DROP SCHEMA IF EXISTS ${REPLACED_SCHEMAS.join(', ')} CASCADE; DROP TABLE IF EXISTS ${MIGRATIONS_TABLE}`,
      );
    await client.query(`CREATE SCHEMA IF NOT EXISTS platform; ${RESTORE_SCHEMA}`);
    await markRestoring(client, { service, state: 'loading' });
  });
}

async function beginAnew(client: pg.PoolClient, service: ServiceName): Promise<string> {
  const incarnation = await beginIncarnation(client);
  for (const statement of [OWN_CURSORS, OWN_DEAD_LETTERS]) await client.query(statement, [service, incarnation]);
  await markRestoring(client, { service, state: 'loaded' });
  return incarnation;
}

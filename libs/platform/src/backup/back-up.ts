import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ServiceName } from '@crm/contracts';
import type pg from 'pg';
import { assertOwnDatabase, type Migration } from '../service/migrations.js';
import { withMaintenance } from './maintenance.js';
import { BackupRefused, fileOf, MANIFEST, type BackedUpTable, type Manifest } from './manifest.js';
import { assertNotRestoring } from './restore-mark.js';
import { MIGRATIONS_TABLE, serviceTables, sqlName, type ServiceTable } from './service-tables.js';
import { flush, writeTable } from './table-file.js';

const HEADS = `SELECT coalesce((SELECT position FROM es.event WHERE lane = l ORDER BY position DESC LIMIT 1), 0)::text AS head
  FROM es.store, generate_series(0, lanes - 1) l ORDER BY l`;
const TRIES = 5;

/** How far a backup or restore is. */
export interface BackupProgress {
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

export interface BackupOptions {
  readonly databaseUrl: string;
  readonly service: ServiceName;
  /** The service's own. */
  readonly migrations: readonly Migration[];
  /** Folder that is to become the backup; must not exist. */
  readonly to: string;
  readonly onProgress?: (progress: BackupProgress) => void;
}

/**
 * Writes everything that a service keeps, as it was at one moment, into a folder; the service may run meanwhile, but a
 * rebuild cannot switch its tables. The folder gets its name when it is complete. It holds the subjects' keys: it must be
 * kept as safe as the database, and no longer than necessary.
 */
export async function backUp(options: BackupOptions): Promise<Manifest> {
  const { databaseUrl, service, migrations, onProgress } = options;
  const folder = resolve(options.to);
  if ((await stat(folder).catch(() => undefined)) !== undefined)
    throw new BackupRefused('exists', `${folder} exists already`);
  const draft = `${folder}.unfinished-${String(process.pid)}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const manifest = await withMaintenance(databaseUrl, async (client) => {
      await assertNotRestoring(client);
      await assertOwnDatabase(client, migrations);
      return atOneMoment(client, (tables) => write(client, { service, draft, tables, onProgress }));
    });
    await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
    for (const path of [join(draft, MANIFEST), draft]) await flush(path);
    await rename(draft, folder);
    await flush(dirname(folder));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

interface Writing {
  readonly service: ServiceName;
  readonly draft: string;
  readonly tables: readonly ServiceTable[];
  readonly onProgress: BackupOptions['onProgress'];
}

async function write(client: pg.PoolClient, { service, draft, tables, onProgress }: Writing): Promise<Manifest> {
  const { rows: stores } = await client.query<{ incarnation: string }>('SELECT incarnation FROM es.store');
  const { rows: heads } = await client.query<{ head: string }>(HEADS);
  const { rows: migrations } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`);
  const createdAt = new Date().toISOString();
  const written: BackedUpTable[] = [];
  for (const [done, { schema, table, columns }] of tables.entries()) {
    onProgress?.({ table: `${schema}.${table}`, done, total: tables.length });
    const copied = { schema, table, columns: [...columns] };
    written.push({ ...copied, ...(await writeTable(client, copied, join(draft, fileOf(copied)))) });
  }
  return {
    format: 1,
    service,
    incarnation: stores[0]?.incarnation ?? '',
    heads: heads.map(({ head }) => head),
    migrations: migrations.map(({ name }) => name),
    createdAt,
    tables: written,
  };
}

/** Locks the tables before the moment is chosen: one that a rebuild or a migration switches in between would be seen empty. */
async function atOneMoment<T>(
  client: pg.PoolClient,
  work: (tables: readonly ServiceTable[]) => Promise<T>,
): Promise<T> {
  for (let tries = 1; tries <= TRIES; tries++) {
    const before = await serviceTables(client);
    if (before.length === 0) throw new BackupRefused('not-a-backup', 'the database holds no service');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`LOCK TABLE ${before.map(sqlName).join(', ')} IN ACCESS SHARE MODE`);
    const locked = await serviceTables(client);
    if (isSame(before, locked)) {
      const result = await work(locked);
      await client.query('COMMIT');
      return result;
    }
    await client.query('ROLLBACK');
  }
  throw new BackupRefused('changing', 'the tables are being changed: wait for the migration or rebuild to end');
}

const isSame = (left: readonly ServiceTable[], right: readonly ServiceTable[]): boolean =>
  left.length === right.length && left.every(({ oid }, index) => oid === right[index]?.oid);

import { join } from 'node:path';
import type pg from 'pg';
import type { BackupProgress } from './back-up.js';
import { BackupRefused, fileOf, type BackedUpTable, type Manifest } from './manifest.js';
import { serviceTables, sqlName, type ServiceTable } from './service-tables.js';
import { loadTable } from './table-file.js';

const COUNTERS = `SELECT pg_get_serial_sequence($1, a.attname) AS sequence, a.attname AS column
  FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_get_serial_sequence($1, a.attname) IS NOT NULL`;
const STORE = `SELECT s.incarnation, ARRAY(SELECT coalesce((SELECT e.position FROM es.event e WHERE e.lane = l ORDER BY e.position DESC LIMIT 1), 0)::text
  FROM generate_series(0, s.lanes - 1) l ORDER BY l) AS heads FROM es.store s`;

/** Fills the tables of a freshly migrated database from a backup's files, inside the caller's transaction. */
export async function loadTables(
  client: pg.PoolClient,
  folder: string,
  backup: Manifest,
  onProgress?: (progress: BackupProgress) => void,
): Promise<void> {
  const tables = inOrder(await serviceTables(client), backup);
  // Migrations write rows of their own, such as the store's first incarnation. They never write events.
  for (const { table } of [...tables].reverse()) await empty(client, table);
  for (const [done, { table, stored }] of tables.entries()) {
    onProgress?.({ table: `${table.schema}.${table.table}`, done, total: tables.length });
    const rows = await loadTable(client, stored, join(folder, fileOf(stored)));
    if (rows !== stored.rows)
      throw new BackupRefused('damaged', `${fileOf(stored)} holds ${String(rows)} rows, not ${String(stored.rows)}`);
    await setCounters(client, table);
  }
  const { rows } = await client.query<{ incarnation: string; heads: readonly string[] }>(STORE);
  if (rows[0]?.incarnation !== backup.incarnation || rows[0].heads.join() !== backup.heads.join())
    throw new BackupRefused('damaged', 'the events that the backup holds are not those that its manifest names');
}

interface Loading {
  readonly table: ServiceTable;
  readonly stored: BackedUpTable;
}

/** The backup's tables, each after those that its foreign keys name. */
function inOrder(tables: readonly ServiceTable[], { tables: stored }: Manifest): readonly Loading[] {
  const byName = new Map(stored.map((one) => [sqlName(one), one]));
  const loading = tables.flatMap((table) => {
    const one = byName.get(sqlName(table));
    return one === undefined ? [] : [{ table, stored: one }];
  });
  if (loading.length < stored.length)
    throw new BackupRefused('damaged', 'the backup names tables that its migrations do not make');
  return loading;
}

async function empty(client: pg.PoolClient, table: ServiceTable): Promise<void> {
  const { rowCount } = await client.query(`SELECT FROM ${sqlName(table)} LIMIT 1`);
  if (rowCount !== 0) await client.query(`DELETE FROM ${sqlName(table)}`);
}

/** Counters of a table go on after its largest values. */
async function setCounters(client: pg.PoolClient, table: ServiceTable): Promise<void> {
  const { rows } = await client.query<{ sequence: string; column: string }>(COUNTERS, [sqlName(table)]);
  for (const { sequence, column } of rows)
    await client.query(
      `SELECT setval($1, max("${column}")) FROM ${sqlName(table)} HAVING max("${column}") IS NOT NULL`,
      [sequence],
    );
}

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { sqlColumns, sqlName, type ServiceTable } from './service-tables.js';

type Copied = Pick<ServiceTable, 'schema' | 'table' | 'columns'>;

// Backups are mostly sealed values, which do not get smaller: little effort, little loss.
const LEVEL = 3;

/** Writes a table into a file that only its owner may read; gives back how many rows, and the file's hash. */
export async function writeTable(
  client: pg.PoolClient,
  table: Copied,
  path: string,
): Promise<{ readonly rows: number; readonly sha256: string }> {
  const rows = client.query(to(`COPY ${sqlName(table)} (${sqlColumns(table.columns)}) TO STDOUT`));
  const hash = createHash('sha256');
  const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
  await pipeline(
    rows,
    createGzip({ level: LEVEL }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    file,
  );
  await flush(path);
  return { rows: rows.rowCount, sha256: hash.digest('hex') };
}

/** Loads a table from its file; how many rows. */
export async function loadTable(client: pg.PoolClient, table: Copied, path: string): Promise<number> {
  const rows = client.query(from(`COPY ${sqlName(table)} (${sqlColumns(table.columns)}) FROM STDIN`));
  await pipeline(createReadStream(path), createGunzip(), rows);
  return rows.rowCount;
}

/** The hash of a file as it is stored; undefined when it cannot be read. */
export async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** Resolves when a file, or the names in a folder, would survive a power failure. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { createReadStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceContext } from '@crm/platform';
import { checked, type CheckResult } from './check.js';
import type { Services } from './deployment.js';
import { Needles } from './needles.js';

const TABLES = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
const ROWS_AT_ONCE = 1_000;

/** 10: planted values of erased people are in no table and in no file, WAL and logs included. */
export async function nothingIsLeft(
  services: Services,
  folders: readonly string[],
  file: string | undefined,
): Promise<CheckResult> {
  const name = 'nothing of erased people is left';
  if (file === undefined) return checked(10, name, 'not checked: no canaries given', []);
  const canaries = (await readFile(file, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const needles = new Needles(canaries);
  const breaches: string[] = [];
  for (const [service, { context }] of services) {
    const { pool } = context;
    const { rows } = await pool.query<{ name: string }>(TABLES);
    for (const { name: table } of rows) {
      for (const canary of await needles.foundIn(rowsOf(pool, table)))
        breaches.push(`${service} ${table}: canary ${String(canary)}`);
    }
  }
  let files = 0;
  for (const folder of folders)
    for await (const path of filesIn(folder)) {
      files += 1;
      for (const canary of await needles.foundIn(bytesOf(path))) breaches.push(`${path}: canary ${String(canary)}`);
    }
  return checked(10, name, `${String(canaries.length)} canaries in ${String(files)} files and every table`, breaches);
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}

/** The rows of a table as text, some at a time: a table may be larger than memory. */
async function* rowsOf(pool: ServiceContext['pool'], table: string): AsyncGenerator<Buffer> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query('BEGIN READ ONLY');
    await client.query(`DECLARE all_rows NO SCROLL CURSOR FOR SELECT t::text AS row FROM ${table} t`);
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`FETCH ${String(ROWS_AT_ONCE)} FROM all_rows`);
      if (rows.length === 0) break;
      yield Buffer.from(rows.map(({ row }) => row).join('\n'));
    }
    await client.query('COMMIT');
  } catch (error) {
    fault = error as Error;
    throw error;
  } finally {
    client.release(fault);
  }
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) yield chunk as Buffer;
  } catch (error) {
    // The server removes files while it works; what is gone holds nothing.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

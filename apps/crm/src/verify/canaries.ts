import { createReadStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checked, type CheckResult } from './check.js';
import type { Databases } from './log-checks.js';

const TABLES = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;

/** 10: planted values of erased people are in no table and in no file, WAL and logs included. */
export async function nothingIsLeft(
  databases: Databases,
  folders: readonly string[],
  file: string | undefined,
): Promise<CheckResult> {
  const name = 'nothing of erased people is left';
  if (file === undefined) return checked(10, name, 'no canaries given', []);
  const canaries = (await readFile(file, 'utf8'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const breaches: string[] = [];
  for (const [service, pool] of databases) {
    const { rows } = await pool.query<{ name: string }>(TABLES);
    for (const { name: table } of rows) {
      const found = await pool.query<{ canary: number }>(
        `SELECT DISTINCT c.no::int AS canary FROM ${table} t JOIN unnest($1::text[]) WITH ORDINALITY AS c(value, no) ON position(c.value IN t::text) > 0`,
        [canaries],
      );
      breaches.push(...found.rows.map(({ canary }) => `${service} ${table}: canary ${String(canary)}`));
    }
  }
  let files = 0;
  for (const folder of folders)
    for await (const path of filesIn(folder)) {
      files += 1;
      for (const canary of await canariesIn(path, canaries)) breaches.push(`${path}: canary ${String(canary)}`);
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

/** Numbers (from 1) of the canaries whose bytes are in the file; chunks overlap so that none is cut in two. */
async function canariesIn(path: string, canaries: readonly string[]): Promise<ReadonlySet<number>> {
  const needles = canaries.map((canary) => Buffer.from(canary));
  const overlap = Math.max(...needles.map((needle) => needle.length));
  const found = new Set<number>();
  let tail = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const block = Buffer.concat([tail, chunk as Buffer]);
      needles.forEach((needle, index) => {
        if (block.includes(needle)) found.add(index + 1);
      });
      tail = block.subarray(Math.max(0, block.length - overlap));
    }
  } catch (error) {
    // The server removes files while it works; what is gone holds nothing.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return found;
}

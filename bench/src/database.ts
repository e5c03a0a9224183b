import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@crm/event-sourcing';
import { startEmbeddedPostgres } from '@crm/embedded-postgres';

/** A database for one benchmark: on the server of CRM_BENCH_POSTGRES, else on an embedded one in a temporary folder. */
export async function benchDatabase(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const given = process.env['CRM_BENCH_POSTGRES'];
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'crm-bench-')) : undefined;
  const server = folder === undefined ? undefined : await startEmbeddedPostgres({ dataDir: folder });
  const admin = given ?? server?.url('postgres') ?? '';
  const name = `crm_bench_${String(process.pid)}`;
  await run(admin, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    close: async () => {
      await run(admin, `DROP DATABASE ${name} WITH (FORCE)`);
      await server?.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const pool = createPool({ url, max: 1 });
  await pool.query(statement);
  await pool.end();
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp, migrate } from '@crm/platform';
import { createTestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitions } from '../src/embedded/embedded-stack.js';

// The queue can be lost, and the applied migrations and the mark of a restore are made anew by it.
const KEPT = `SELECT schemaname || '.' || tablename AS name FROM pg_tables
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'bullmq')
    AND schemaname || '.' || tablename NOT IN ('public.schema_migration', 'platform.restore') ORDER BY 1`;

describe('a backup', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-backup-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(definitions)('of $name holds every table that it has', async ({ name: service, migrations }) => {
    const database = await createTestDatabase();
    await migrate(database.url, migrations);
    const { tables } = await backUp({ databaseUrl: database.url, service, migrations, to: join(folder, service) });
    const { rows } = await database.pool.query<{ name: string }>(KEPT);
    expect(tables.map(({ schema, table }) => `${schema}.${table}`).sort()).toEqual(rows.map(({ name }) => name).sort());
    await database.drop();
  });
});

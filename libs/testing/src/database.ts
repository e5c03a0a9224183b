import { createPool } from '@crm/event-sourcing';
import type pg from 'pg';

/** A database of one suite's own; `drop` ends its connections and removes it. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

let created = 0;

const adminUrl = (): string => process.env['CRM_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Makes an empty database on the test server (`CRM_TEST_POSTGRES`, which the test run sets when it starts a server itself). */
export async function createTestDatabase(): Promise<TestDatabase> {
  created += 1;
  const name = `crm_test_${String(process.pid)}_${String(Date.now())}_${String(created)}`;
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  const pool = createPool({ url: url.href });
  return {
    url: url.href,
    pool,
    drop: async () => {
      await pool.end();
      await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function asAdmin(statement: string): Promise<void> {
  const pool = createPool({ url: adminUrl(), max: 1 });
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}

import { createTestDatabase, until, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, migrationNames, migrationState, runMigrations, sqlMigration } from './migrations.js';

const notes = sqlMigration(1, 'Notes', 'CREATE TABLE rm.note (note_id uuid PRIMARY KEY)');
const late = sqlMigration(3, 'Late', 'ALTER TABLE rm.note ADD COLUMN stars int');
const authors = sqlMigration(2, 'Authors', 'ALTER TABLE rm.note ADD COLUMN author uuid');

describe('migrations of a service', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const columns = async (): Promise<readonly string[]> => {
    const { rows } = await database.pool.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'rm' AND table_name = 'note' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('run once, also when several instances start at once', async () => {
    await Promise.all([1, 2, 3].map(() => migrate(database.url, [notes])));
    await migrate(database.url, [notes]);
    expect(await columns()).toEqual(['note_id']);
  });

  it('go on where the last start ended', async () => {
    await migrate(database.url, [notes, authors]);
    expect(await columns()).toEqual(['author', 'note_id']);
  });

  it('give a database of before its first incarnation the history that begins with it', async () => {
    const older = await createTestDatabase();
    const names = migrationNames([notes]);
    await runMigrations(older.url, [notes], new Set(names.filter((name) => !name.startsWith('deployment'))));
    const { rows: before } = await older.pool.query('SELECT incarnation FROM es.store');
    await migrate(older.url, [notes]);
    const { rows: history } = await older.pool.query('SELECT incarnation FROM es.incarnation');
    expect(history).toEqual(before);
    await older.drop();
  });

  it('are compared with what the code knows: what is missing, and what a newer version has done', async () => {
    const empty = await createTestDatabase();
    expect((await migrationState(empty.pool, [notes])).pending).toEqual(migrationNames([notes]));
    await migrate(empty.url, [notes, authors]);
    expect(await migrationState(empty.pool, [notes])).toEqual({
      pending: [],
      ahead: [expect.stringContaining('Authors')],
    });
    expect((await migrationState(empty.pool, [notes, late])).pending).toEqual([expect.stringContaining('Late')]);
    await empty.drop();
  });

  it('give way to the running version while their change waits for a lock, and try again', async () => {
    const busy = await createTestDatabase();
    await migrate(busy.url, [notes]);
    const reader = await busy.pool.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT * FROM rm.note');
    const migrated = migrate(busy.url, [notes, authors]);
    await until(async () => {
      const { rows } = await busy.pool.query<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())',
      );
      return rows[0]?.waiting === 1;
    });
    // Whoever reads behind the waiting change is held up no longer than its lock time-out.
    await busy.pool.query('SELECT * FROM rm.note');
    await reader.query('COMMIT');
    reader.release();
    await migrated;
    expect((await migrationState(busy.pool, [notes, authors])).pending).toEqual([]);
    await busy.drop();
  });
});

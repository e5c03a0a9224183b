import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, sqlMigration } from './migrations.js';

const notes = sqlMigration(1, 'Notes', 'CREATE TABLE rm.note (note_id uuid PRIMARY KEY)');
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
});

import { describe, expect, it } from '@jest/globals';
import { sqlMigration } from './migrations.js';
import { breaksRunningVersion } from './rolling-migrations.js';

describe('a migration while the previous version runs', () => {
  it.each([
    'CREATE TABLE rm.note (note_id uuid NOT NULL, title text NOT NULL)',
    'ALTER TABLE rm.note ADD COLUMN author uuid',
    'ALTER TABLE rm.note ADD COLUMN stars int NOT NULL DEFAULT 0, ADD COLUMN likes int NOT NULL DEFAULT 0',
    'ALTER TABLE rm.note ALTER COLUMN author DROP NOT NULL; DROP INDEX rm.note_author',
    'CREATE TABLE IF NOT EXISTS rm.star (note_id uuid); CREATE UNIQUE INDEX star_once ON rm.star (note_id); CREATE INDEX note_author ON rm.note (author)',
    "CREATE FUNCTION rm.f() RETURNS int LANGUAGE sql AS $$ DROP TABLE x $$; -- RENAME\nINSERT INTO rm.note VALUES ('SET NOT NULL')",
  ])('may do this: %s', (sql) => {
    expect(breaksRunningVersion(sql)).toEqual([]);
  });

  it.each([
    ['ALTER TABLE rm.note DROP COLUMN author', 'drops what it may still use'],
    ['DROP TABLE rm.note', 'drops what it may still use'],
    ['ALTER TABLE rm.note RENAME COLUMN author TO writer', 'renames what it knows by the old name'],
    ['ALTER TABLE rm.note ALTER COLUMN stars TYPE bigint', 'changes the type of a column'],
    ['ALTER TABLE rm.note ALTER stars SET DATA TYPE bigint', 'changes the type of a column'],
    ['ALTER TABLE rm.note ALTER COLUMN author SET NOT NULL', 'demands a value that it may not write'],
    ['ALTER TABLE rm.note ADD COLUMN author uuid NOT NULL', 'demands a new column that it does not know'],
    ['ALTER TABLE rm.note ADD CONSTRAINT some_stars CHECK (stars >= 0)', 'may refuse rows that it writes'],
    ['CREATE UNIQUE INDEX one_each ON rm.note (author)', 'may refuse rows that it writes'],
    ['CREATE TRIGGER t BEFORE INSERT ON rm.note FOR EACH ROW EXECUTE FUNCTION f()', 'acts on rows that it writes'],
    ['ALTER TABLE rm.note ADD a int DEFAULT 1, ADD b int NOT NULL', 'demands a new column that it does not know'],
  ])('is refused with this: %s', (sql, what) => {
    expect(breaksRunningVersion(sql)).toEqual([what]);
    expect(() => sqlMigration(7, 'Late', sql)).toThrow(what);
  });

  it('may contract what an earlier release has stopped using, when it says so', () => {
    expect(() => sqlMigration(7, 'Late', 'ALTER TABLE rm.note DROP COLUMN author', { contract: true })).not.toThrow();
  });
});

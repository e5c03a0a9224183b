import { randomBytes } from 'node:crypto';
import { newId } from '@crm/event-sourcing';
import { createTestDatabase, keyRingFeatures, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { developmentKeys } from './development-keys.js';
import { KEY_CACHE_MS } from './key-ring.js';
import { PostgresKeyRing } from './postgres-key-ring.js';
import { PRIVACY_SCHEMA } from './schema.js';

const { keks } = developmentKeys('privacy');

interface StoredKey {
  readonly wrapped: Buffer | null;
  readonly destroyed_at: string | null;
}

const openDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  await database.pool.query(PRIVACY_SCHEMA);
  return database;
};

keyRingFeatures('PostgreSQL', async () => {
  const database = await openDatabase();
  return { keyRing: new PostgresKeyRing(database.pool, keks), close: () => database.drop() };
});

describe('subject keys in PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.drop());

  const ring = (options = {}): PostgresKeyRing => new PostgresKeyRing(database.pool, keks, options);
  const rowOf = async (subject: string): Promise<StoredKey | undefined> => {
    const found = 'SELECT wrapped, destroyed_at FROM pii.subject_key WHERE subject_id = $1';
    return (await database.pool.query<StoredKey>(found, [subject])).rows[0];
  };

  it('are stored wrapped only', async () => {
    const subject = newId();
    const key = (await ring().toSeal([subject])).get(subject);
    const wrapped = (await rowOf(subject))?.wrapped;
    expect(wrapped).toHaveLength(60);
    expect(wrapped?.includes(Buffer.from(key ?? []))).toBe(false);
  });

  it('are the same for every process', async () => {
    const subjects = Array.from({ length: 700 }, () => newId());
    const [here, there] = await Promise.all([ring().toSeal(subjects), ring().toSeal([...subjects].reverse())]);
    expect(
      subjects.every((subject) => Buffer.from(here.get(subject) ?? []).equals(there.get(subject) ?? Buffer.alloc(0))),
    ).toBe(true);
  });

  it('leave a tombstone that nobody can take away', async () => {
    const subject = newId();
    await ring().toSeal([subject]);
    await ring().destroy([subject]);
    expect(await rowOf(subject)).toMatchObject({ wrapped: null, destroyed_at: expect.any(String) });
    await expect(database.pool.query('DELETE FROM pii.subject_key WHERE subject_id = $1', [subject])).rejects.toThrow(
      'stays destroyed',
    );
    await expect(
      database.pool.query(`UPDATE pii.subject_key SET wrapped = '\\x00', destroyed_at = NULL WHERE subject_id = $1`, [
        subject,
      ]),
    ).rejects.toThrow('stays destroyed');
  });

  it('stay usable in a process that did not destroy them for a minute at most', async () => {
    const [here, there] = [ring(), ring()];
    const subject = newId();
    await there.toSeal([subject]);
    await here.destroy([subject]);
    const later = Date.now() + KEY_CACHE_MS;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const found = await there.toOpen([subject]);
    jest.restoreAllMocks();
    expect(found.get(subject)).toBeNull();
  });

  it('are kept unwrapped for as many subjects as allowed', async () => {
    const bounded = ring({ maxCached: 1 });
    const [first, second] = [newId(), newId()];
    await bounded.toSeal([first]);
    await bounded.toSeal([second]);
    await ring().destroy([first, second]);
    expect((await bounded.toOpen([first])).get(first)).toBeNull();
    expect((await bounded.toOpen([second])).get(second)).not.toBeNull();
  });

  it('open under a former key-encryption key, and under no other', async () => {
    const subject = newId();
    const key = (await ring().toSeal([subject])).get(subject);
    const next = { current: 'next', keys: { ...keks.keys, next: randomBytes(32) } };
    expect((await new PostgresKeyRing(database.pool, next).toOpen([subject])).get(subject)).toEqual(key);
    const forgotten = { current: 'next', keys: { next: randomBytes(32) } };
    await expect(new PostgresKeyRing(database.pool, forgotten).toOpen([subject])).rejects.toMatchObject({
      name: 'UnknownKek',
    });
    const wrong = { current: 'development', keys: { development: randomBytes(32) } };
    await expect(new PostgresKeyRing(database.pool, wrong).toOpen([subject])).rejects.toMatchObject({
      name: 'TamperedValue',
    });
  });
});

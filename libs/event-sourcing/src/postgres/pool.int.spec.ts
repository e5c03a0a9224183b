import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

describe('values from PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00.000Z'],
    ['2024-02-29T23:59:59.9Z', '2024-02-29T23:59:59.900Z'],
    ['1997-09-30T23:59:59.999999Z', '1997-09-30T23:59:59.999Z'],
    ['1950-06-25T04:00:00+09:00', '1950-06-24T19:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('gives the moment %s as %s', async (text, iso) => {
    const { rows } = await database.pool.query<{ at: string }>('SELECT $1::timestamptz AS at', [text]);
    expect(rows[0]?.at).toBe(iso);
  });

  it('keeps positions that a double cannot hold', async () => {
    const { rows } = await database.pool.query<{ n: bigint }>('SELECT 9007199254740993::bigint AS n');
    expect(rows[0]?.n).toBe(9_007_199_254_740_993n);
  });

  it('goes on after a client was cut off inside a transaction', async () => {
    const client = await database.pool.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    expect((await database.pool.query('SELECT 1')).rowCount).toBe(1);
  });
});

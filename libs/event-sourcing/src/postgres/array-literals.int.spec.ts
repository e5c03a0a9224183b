import { createTestDatabase, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainArray, textArray } from './array-literals.js';

describe('array parameters', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const read = async (literal: string, type: string): Promise<unknown> => {
    const { rows } = await database.pool.query<{ values: unknown }>(`SELECT to_jsonb($1::${type}[]) AS values`, [
      literal,
    ]);
    return rows[0]?.values;
  };

  it('of texts arrive as they were, whatever is in them', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\u0000'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text), { maxLength: 8 }), async (values) => {
        expect(await read(textArray(values), 'text')).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });

  it('of ids and numbers arrive as they were', async () => {
    const ids = ['0198c0de-0000-7000-8000-000000000001', '0198c0de-0000-7000-8000-000000000002'];
    expect(await read(plainArray(ids), 'uuid')).toEqual(ids);
    expect(await read(plainArray([1, -2, 3]), 'int')).toEqual([1, -2, 3]);
    expect(await read(plainArray([]), 'int')).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@crm/testing';
import fc from 'fast-check';
import { listPage, type ListPage, type Row } from './list-page.js';
import { OPERATORS, type ListSpec } from './list-spec.js';

const SCHEMA = `CREATE TABLE note (
  note_id uuid PRIMARY KEY, status text NOT NULL, rank integer, score double precision, written_at timestamptz NOT NULL, written_on date, done boolean NOT NULL, big bigint NOT NULL)`;
const FILL = `INSERT INTO note SELECT
  ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, (ARRAY['open','closed','on, "hold"'])[1 + i % 3], CASE WHEN i % 5 = 0 THEN NULL ELSE i % 7 END,
  (i % 11) / 3.0, timestamptz '2026-01-01T00:00:00Z' + make_interval(secs => (i % 13) + 0.000001 * i), CASE WHEN i % 4 = 0 THEN NULL ELSE date '2026-01-01' + i % 6 END, i % 2 = 0, i * 1000000000000
  FROM generate_series(1, 240) AS i`;

const spec = {
  fields: {
    noteId: { column: 'note_id', type: 'uuid' },
    status: { column: 'status', type: 'text', sortable: true },
    rank: { column: 'rank', type: 'integer', sortable: true, nullable: true },
    score: { column: 'score', type: 'number', sortable: true },
    writtenAt: { column: 'written_at', type: 'timestamp', sortable: true },
    writtenOn: { column: 'written_on', type: 'date', sortable: true, nullable: true },
    done: { column: 'done', type: 'boolean', sortable: true },
    big: { column: 'big', type: 'bigint' },
  },
  defaultOrder: '-writtenAt',
  tieBreaker: 'noteId',
} as const satisfies ListSpec;

describe('a list on PostgreSQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(SCHEMA);
    await database.pool.query(FILL);
  });

  afterAll(async () => {
    await database.drop();
  });

  const page = (query: Record<string, unknown>): Promise<ListPage<Row>> =>
    listPage(database.pool, { spec, query, from: 'note', select: 'note_id, status, rank, done', map: (row) => row });

  const count = async (filter: string): Promise<number | undefined> =>
    (await page({ filter, count: 'true', limit: '1' })).total;

  it('visits every row exactly once, in order, whatever the order and the page size', async () => {
    const sortable = Object.entries(spec.fields)
      .filter(([, field]) => 'sortable' in field)
      .map(([name]) => name);
    const order = fc
      .uniqueArray(fc.tuple(fc.constantFrom(...sortable, 'noteId'), fc.boolean()), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((terms) => terms.map(([name, descending]) => (descending ? `-${name}` : name)).join(','));
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 17, max: 200 }), async (by, limit) => {
        const whole = await database.pool.query<{ note_id: string }>(
          `SELECT note_id FROM note ORDER BY ${orderOf(by)}`,
        );
        const seen: unknown[] = [];
        let after: string | null = '';
        do {
          const { items, next }: ListPage<Row> = await page({
            order: by,
            limit: String(limit),
            ...(after === '' ? {} : { after }),
          });
          seen.push(...items.map((row) => row['note_id']));
          after = next;
        } while (after !== null);
        expect(seen).toEqual(whole.rows.map((row) => row.note_id));
      }),
      { numRuns: 40 },
    );
  });

  const columns: Record<string, string> = Object.fromEntries(
    Object.entries(spec.fields).map(([name, { column }]) => [name, column]),
  );
  const orderOf = (by: string): string => {
    const terms = by
      .split(',')
      .map((term) => `(${columns[term.replace('-', '')] ?? ''}) ${term.startsWith('-') ? 'DESC' : 'ASC'} NULLS LAST`);
    return [...terms, `note_id ${by.split(',').at(-1)?.startsWith('-') === true ? 'DESC' : 'ASC'}`].join(', ');
  };

  it.each([
    ['status[eq]:open', 80],
    ['status[ne]:open', 160],
    ['status[eq]:"on, \\"hold\\""', 80],
    ['status[in]:[open,"on, \\"hold\\""]', 160],
    ['status[in]:"open,closed"', 160],
    ['status[in]:open', 80],
    ['status[like]:*os*', 80],
    ['status[like]:_pen', 0],
    ['rank[isNull]:true', 48],
    ['rank[isNull]:false,rank[lt]:3', 84],
    ['rank[ne]:1', 240 - 28],
    ['done[eq]:true,status[eq]:open', 40],
    ['writtenOn[gte]:2026-01-03,writtenOn[lte]:2026-01-04', 60],
    ['writtenAt[gt]:2026-01-01T00:00:11.5Z', 18],
    ['score[gte]:3', 43],
    ['big[in]:[1000000000000,2000000000000]', 2],
    ['noteId[eq]:00000000-0000-7000-8000-000000000017', 1],
  ])('holds for %s: %i rows', async (filter, rows) => {
    expect(await count(filter)).toBe(rows);
  });

  it('adds the route’s own condition', async () => {
    const { total } = await listPage(database.pool, {
      spec,
      query: { filter: 'status[eq]:open', count: 'true' },
      from: 'note',
      select: 'note_id',
      where: { text: 'done = $1 OR rank > $2', values: [true, 100] },
      map: (row) => row,
    });
    expect(total).toBe(40);
  });

  it('counts what it shows, whatever is written meanwhile', async () => {
    await database.pool.query('CREATE TABLE busy (LIKE note)');
    const read = (): Promise<ListPage<Row>> =>
      listPage(database.pool, {
        spec,
        query: { count: 'true', limit: '200' },
        from: 'busy',
        select: 'note_id',
        map: (row) => row,
      });
    let writing = true;
    const written = (async () => {
      for (let row = 0; row < 200; row++)
        await database.pool.query('INSERT INTO busy SELECT * FROM note ORDER BY note_id OFFSET $1 LIMIT 1', [row]);
    })().finally(() => (writing = false));
    while (writing) {
      const { items, total } = await read();
      expect(items).toHaveLength(total ?? -1);
    }
    await written;
    expect((await read()).total).toBe(200);
  });

  it('never lets a value become SQL: any filter is answered or refused with 400, and the table stays', async () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(
        `'; DROP TABLE note; --`,
        `" OR 1=1`,
        `$1`,
        `\\`,
        `open') OR ('1'='1`,
        `%`,
        `\u0000`,
        `999999999999999999999`,
        `infinity`,
        `2026-02-30`,
      ),
    );
    const condition = fc
      .tuple(
        fc.oneof(fc.constantFrom(...Object.keys(spec.fields)), hostile),
        fc.oneof(fc.constantFrom(...OPERATORS), hostile),
        hostile,
        fc.boolean(),
      )
      .map(([field, operator, value, quoted]) => `${field}[${operator}]:${quoted ? JSON.stringify(value) : value}`);
    await fc.assert(
      fc.asyncProperty(fc.array(condition, { minLength: 1, maxLength: 3 }), hostile, async (conditions, after) => {
        for (const query of [{ filter: conditions.join(',') }, { after }, { order: after }]) {
          const answer = await page(query).catch((error: unknown) => error);
          const details = (answer as { details?: { status: number } }).details;
          if (details !== undefined) expect(details.status).toBe(400);
          else expect(answer).toHaveProperty('items');
        }
      }),
      { numRuns: 300 },
    );
    expect((await database.pool.query('SELECT 1 FROM note')).rowCount).toBe(240);
  });

  it('refuses a forged cursor', async () => {
    const forged = (values: unknown[]): string =>
      Buffer.from(JSON.stringify(['-writtenAt', ...values])).toString('base64url');
    for (const values of [
      ['now()', 'x'],
      ['2026-13-45 00:00:00+00', '00000000-0000-7000-8000-000000000001'],
      [null, null],
    ])
      await expect(page({ after: forged(values) })).rejects.toMatchObject({ code: 'list-query-invalid' });
  });
});

import { inSnapshot } from '@crm/event-sourcing';
import type { ClientBase, Pool } from 'pg';
import { formatCursor } from './cursor.js';
import { badQuery } from './filter-grammar.js';
import { parseListQuery, type ListQuery } from './list-query.js';
import type { ListSpec } from './list-spec.js';
import { afterSql, filterSql, orderSql, Parameters, type SqlPiece } from './list-sql.js';

/** Body of a list. `next` is the cursor of the next page, null on the last; `total` counts what there was as the page was read. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total?: number;
}

export type Row = Readonly<Record<string, unknown>>;

export interface ListPageParts<Item> {
  readonly spec: ListSpec;
  /** The request's query parameters as they came. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Further parameters that the route takes. */
  readonly allowed?: readonly string[];
  readonly from: string;
  readonly select: string;
  /** A condition of the route's own, with parameters from `$1`. */
  readonly where?: SqlPiece;
  /** Makes an item of a row; may ask elsewhere, e.g. to open sealed fields. */
  readonly map: (row: Row) => Item | Promise<Item>;
}

interface Read {
  readonly rows: readonly Row[];
  readonly total?: number;
}

/** Reads one page. Values of the request only ever become parameters. */
export async function listPage<Item>(pool: Pool, parts: ListPageParts<Item>): Promise<ListPage<Item>> {
  const query = parseListQuery(parts.query, parts.spec, parts.allowed);
  const read = async (db: ClientBase | Pool): Promise<Read> => ({
    rows: await rowsOf(db, query, parts),
    ...(query.count ? { total: await totalOf(db, query, parts) } : {}),
  });
  const { rows, ...counted } = await (query.count ? inSnapshot(pool, read) : read(pool));
  const shown = rows.slice(0, query.limit);
  const items = await Promise.all(shown.map((row) => parts.map(row)));
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  const next =
    last === undefined
      ? null
      : formatCursor(
          query.orderText,
          query.order.map((_, index) => keyOf(last, index)),
        );
  return { items, next, ...counted };
}

async function rowsOf<Item>(
  db: ClientBase | Pool,
  query: ListQuery,
  parts: ListPageParts<Item>,
): Promise<readonly Row[]> {
  const parameters = new Parameters(parts.where?.values);
  const conditions = [...baseOf(parts), ...filterSql(query, parameters)];
  const after = afterSql(query, parameters);
  const keys = query.order.map(({ field }, index) => `(${field.column})::text AS "key ${String(index)}"`);
  const sql = `SELECT ${parts.select}, ${keys.join(', ')} FROM ${parts.from}
    ${whereSql(after === undefined ? conditions : [...conditions, after])}
    ORDER BY ${orderSql(query)} LIMIT ${parameters.add(query.limit + 1, 'integer')}`;
  return inRange(() => db.query<Row>(sql, parameters.values)).then(({ rows }) => rows);
}

async function totalOf<Item>(db: ClientBase | Pool, query: ListQuery, parts: ListPageParts<Item>): Promise<number> {
  const parameters = new Parameters(parts.where?.values);
  const conditions = [...baseOf(parts), ...filterSql(query, parameters)];
  const sql = `SELECT count(*)::float8 AS total FROM ${parts.from} ${whereSql(conditions)}`;
  const { rows } = await inRange(() => db.query<{ total: number }>(sql, parameters.values));
  return rows[0]?.total ?? 0;
}

function baseOf<Item>({ where }: ListPageParts<Item>): readonly string[] {
  return where === undefined ? [] : [`(${where.text})`];
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function keyOf(row: Row, index: number): string | null {
  const key = row[`key ${String(index)}`];
  return typeof key === 'string' ? key : null;
}

/** A value of the right form may still be out of PostgreSQL's range (class 22). */
async function inRange<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22'))
      throw badQuery('filter', 'A value is out of range', 'wrong-format');
    throw error;
  }
}

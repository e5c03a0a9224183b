import type pg from 'pg';

// A refresh of yesterday says nothing about what happened since.
const NEWEST = `SELECT refresh_id FROM loop_refresh WHERE as_of <= $1 AND as_of > $1::timestamptz - interval '1 day'
  ORDER BY as_of DESC, at DESC, refresh_id LIMIT 1`;

/** The newest refresh of the mart at a time that is not too old for a list of that time. */
export async function newestRefresh(pool: pg.Pool, asOf: string): Promise<string | undefined> {
  return (await pool.query<{ refresh_id: string }>(NEWEST, [asOf])).rows[0]?.refresh_id;
}

import type pg from 'pg';

/** Runs queries that see one and the same state of the database. */
export async function inSnapshot<Result>(pool: pg.Pool, work: (tx: pg.ClientBase) => Promise<Result>): Promise<Result> {
  return inTransaction(pool, work, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

/** Runs queries in one transaction: all of their effects or none. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (tx: pg.ClientBase) => Promise<Result>,
  begin = 'BEGIN',
): Promise<Result> {
  const tx = await pool.connect();
  let broken = false;
  try {
    await tx.query(begin);
    const result = await work(tx);
    await tx.query('COMMIT');
    return result;
  } catch (error) {
    await tx.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    tx.release(broken);
  }
}

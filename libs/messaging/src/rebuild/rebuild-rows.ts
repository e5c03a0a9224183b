import type { LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import type { Tx } from '../consumer.js';

const CONSUMER_TABLES = ['cursor', 'waiting', 'parked_key', 'parked_event', 'start', 'started_event'];

/** Removes what a consumer name has in the bus, as before its first event. */
export async function clearConsumer(on: pg.Pool | Tx, consumer: string): Promise<void> {
  for (const table of CONSUMER_TABLES) await on.query(`DELETE FROM bus.${table} WHERE consumer = $1`, [consumer]);
  await on.query('DELETE FROM bus.dead_letter WHERE consumer = $1', [consumer]);
}

/** Gives the live consumer what its rebuild has: cursor, and what it keeps for later. Given-up events stay given up. */
export async function takeOver(tx: Tx, live: string, rebuild: string, version: number): Promise<void> {
  for (const table of CONSUMER_TABLES) {
    await tx.query(`DELETE FROM bus.${table} WHERE consumer = $1`, [live]);
    await tx.query(`UPDATE bus.${table} SET consumer = $1 WHERE consumer = $2`, [live, rebuild]);
  }
  await tx.query(
    `DELETE FROM bus.dead_letter d WHERE consumer = $1 AND (status = 'open' OR EXISTS (SELECT FROM bus.dead_letter r WHERE r.consumer = $2
      AND r.source = d.source AND r.incarnation = d.incarnation AND r.lane = d.lane AND r.position = d.position))`,
    [live, rebuild],
  );
  await tx.query('UPDATE bus.dead_letter SET consumer = $1 WHERE consumer = $2', [live, rebuild]);
  await tx.query(
    `INSERT INTO bus.consumer (consumer, version) VALUES ($1, $2)
      ON CONFLICT (consumer) DO UPDATE SET version = excluded.version, since = excluded.since`,
    [live, version],
  );
  await tx.query('DELETE FROM bus.rebuild WHERE projection = $1', [live]);
}

/** Events that an operator gave up for a consumer. */
export async function givenUp(pool: pg.Pool, consumer: string): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ event_id: string }>(
    `SELECT event_id FROM bus.dead_letter WHERE consumer = $1 AND status = 'discarded'`,
    [consumer],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** Where a consumer stands in a source; nowhere before its first event. `hold` keeps it there until the transaction ends. */
export async function standing(
  on: pg.Pool | Tx,
  consumer: string,
  source: string,
  hold = false,
): Promise<{ readonly incarnation: string; readonly positions: LanePositions } | undefined> {
  const { rows } = await on.query<{ incarnation: string; position: bigint }>(
    `SELECT incarnation, position FROM bus.cursor WHERE consumer = $1 AND source = $2 ORDER BY lane${hold ? ' FOR UPDATE' : ''}`,
    [consumer, source],
  );
  const [first] = rows;
  return first === undefined
    ? undefined
    : { incarnation: first.incarnation, positions: rows.map((row) => row.position) };
}

/** Makes everything that waits due, whatever its next time was. */
export async function makeDue(pool: pg.Pool, consumer: string): Promise<boolean> {
  const { rowCount } = await pool.query(`UPDATE bus.waiting SET due_at = '-infinity' WHERE consumer = $1`, [consumer]);
  return (rowCount ?? 0) > 0;
}

/** Whether something that waits is due now. */
export async function isAnythingDue(pool: pg.Pool, consumer: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT FROM bus.waiting WHERE consumer = $1 AND due_at <= clock_timestamp() LIMIT 1',
    [consumer],
  );
  return rowCount === 1;
}

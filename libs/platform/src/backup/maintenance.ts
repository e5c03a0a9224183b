import { createPool } from '@crm/event-sourcing';
import type pg from 'pg';

// Whoever asks for a whole table may wait as long as it takes, and text must mean the same to every server.
const SESSION = `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0;
  SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'`;

/** Work on one connection of its own without time limits. After an error the connection is cut, whatever it was doing. */
export async function withMaintenance<T>(databaseUrl: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'crm maintenance', patient: true });
  try {
    const client = await pool.connect();
    try {
      await client.query(SESSION);
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  } finally {
    await pool.end();
  }
}

/** One transaction; an error leaves it to `withMaintenance` to cut the connection, and with it the transaction. */
export async function inTransaction<T>(client: pg.PoolClient, begin: string, work: () => Promise<T>): Promise<T> {
  await client.query(begin);
  const result = await work();
  await client.query('COMMIT');
  return result;
}

import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** Takes every connection that the server has left, and gives them back after a while; answers how many there were. */
export async function exhaustConnections(url: string, forMs: number): Promise<number> {
  const taken: pg.Client[] = [];
  const endsAt = performance.now() + forMs;
  try {
    while (performance.now() < endsAt) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        taken.push(client);
      } catch {
        // The server has no more: whoever lets one go, does not get it back.
        await wait(100);
      }
    }
    return taken.length;
  } finally {
    await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
  }
}

/** Holds a transaction open that has written, in a database of nobody: it must stop no feed of another database. */
export async function holdTransaction(url: string, forMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SET idle_in_transaction_session_timeout = 0');
    await client.query('BEGIN');
    await client.query('SELECT pg_current_xact_id()');
    await wait(forMs);
    await client.query('ROLLBACK').catch(() => undefined);
  } finally {
    await client.end().catch(() => undefined);
  }
}

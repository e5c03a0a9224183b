import { createHash } from 'node:crypto';
import pg from 'pg';
import { within } from './back-off.js';
import { OneAtATime } from './one-at-a-time.js';

const TAKE = 'SELECT lock FROM unnest($1::bigint[]) AS lock WHERE pg_try_advisory_lock(lock)';
const RELEASE = 'SELECT pg_advisory_unlock($1::bigint)';
const CLOSE_MS = 1_000;

/** The lock under which everybody who competes for a name meets. */
export function lockOf(name: string): string {
  return createHash('sha256').update(`leader:${name}`).digest().readBigInt64BE().toString();
}

/** A connection of its own that holds advisory locks. They end with it, whatever ends it; then `lost` is aborted. */
export class LockSession {
  private readonly ended = new AbortController();
  private readonly held = new Set<string>();
  private readonly turn = new OneAtATime();

  private constructor(private readonly client: pg.Client) {
    const end = (): void => {
      this.ended.abort();
    };
    client.on('error', end).on('end', end);
  }

  /**
   * Connects to where the pool connects. Every query has `timeoutMs`; the server ends a session that has been silent for
   * `leaseMs`, so that a process that was stopped or cut off does not keep its locks.
   */
  static async open(
    pool: pg.Pool,
    limits: { readonly timeoutMs: number; readonly leaseMs: number },
  ): Promise<LockSession> {
    const { options } = pool;
    const client = new pg.Client({
      ...options,
      // Not enumerable in the pool's options.
      password: options.password,
      application_name: `${options.application_name ?? 'crm'} leadership`,
      keepAlive: true,
      keepAliveInitialDelayMillis: limits.timeoutMs,
      query_timeout: limits.timeoutMs,
      connectionTimeoutMillis: limits.timeoutMs,
    });
    const session = new LockSession(client);
    try {
      await client.connect();
      await client.query(`SET idle_session_timeout = ${String(limits.leaseMs)}`);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get lost(): AbortSignal {
    return this.ended.signal;
  }

  /** Takes those of the locks that nobody holds, this session included. */
  async take(locks: readonly string[]): Promise<ReadonlySet<string>> {
    const wanted = [...new Set(locks)].filter((lock) => !this.held.has(lock));
    const { rows } = await this.query<{ lock: unknown }>(TAKE, [wanted]);
    const taken = rows.map(({ lock }) => String(lock));
    for (const lock of taken) this.held.add(lock);
    return new Set(taken);
  }

  /** Gives a lock up; with the connection it is gone anyway. */
  async release(lock: string): Promise<void> {
    if (!this.held.has(lock) || this.lost.aborted) return;
    await this.query(RELEASE, [lock]).catch(() => undefined);
    this.held.delete(lock);
  }

  /** Ends the connection, and every lock with it. */
  async close(): Promise<void> {
    this.ended.abort();
    await within(
      this.client.end().catch(() => undefined),
      CLOSE_MS,
    );
  }

  /** Asks over the connection that holds the locks: who lost them changes nothing. An error ends the session. */
  query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<pg.QueryResult<Row>> {
    return this.turn.run(async () => {
      if (this.lost.aborted) throw new Error('the connection that held the locks is gone');
      try {
        return await this.client.query<Row>(text, values);
      } catch (error) {
        // What the session holds is not known any more.
        void this.close();
        throw error;
      }
    });
  }
}

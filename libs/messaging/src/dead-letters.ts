import type pg from 'pg';
import type { ConsumerLoop } from './consumer-loop.js';
import type { Tx } from './consumer.js';
import { inEffectTransaction } from './effect-transaction.js';
import { GapRemains } from './errors.js';
import { readReferences, type Feed, type Reference } from './feed.js';

/** An event that a consumer could not handle: where it stands and what went wrong, nothing of what it says. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly source: string;
  readonly lane: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly key: string;
  readonly type: string;
  readonly errorClass: string;
  readonly errorCode: string | null;
  readonly message: string;
  readonly fingerprint: string;
  readonly attempts: number;
  readonly startedAttempts: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly status: DeadLetterStatus;
  readonly resolvedBy: string | null;
  /** Later events of its key that are parked behind it. */
  readonly behind: number;
}

export type DeadLetterStatus = 'open' | 'replayed' | 'discarded';

/** A key that a consumer has parked. */
export interface ParkedKey {
  readonly consumer: string;
  readonly source: string;
  readonly key: string;
}

/** What a replay did: events handled, and whether the key is free again. */
export interface Replay {
  readonly handled: number;
  readonly unparked: boolean;
}

const LIST = `SELECT d.id, d.consumer, d.source, d.lane, d.position, d.event_id AS "eventId", d.key, d.type, d.error_class AS "errorClass",
    d.error_code AS "errorCode", d.message, d.fingerprint, d.attempts, d.started_attempts AS "startedAttempts",
    d.first_at AS "firstAt", d.last_at AS "lastAt", d.status, d.resolved_by AS "resolvedBy",
    (SELECT count(*)::int FROM bus.parked_event p WHERE p.consumer = d.consumer AND p.source = d.source AND p.key = d.key) AS behind
  FROM bus.dead_letter d WHERE ($1::text IS NULL OR d.consumer = $1) AND ($2::text IS NULL OR d.status = $2)
  ORDER BY d.first_at, d.id LIMIT $3`;
const OLDEST = `SELECT lane, position FROM bus.dead_letter WHERE consumer = $1 AND source = $2 AND key = $3 AND status = 'open'
  UNION ALL SELECT lane, position FROM bus.parked_event WHERE consumer = $1 AND source = $2 AND key = $3 ORDER BY position LIMIT 1`;
const UNPARK = `DELETE FROM bus.parked_key k WHERE consumer = $1 AND source = $2 AND key = $3
  AND NOT EXISTS (SELECT FROM bus.dead_letter d WHERE d.consumer = $1 AND d.source = $2 AND d.key = $3 AND d.status = 'open')
  AND NOT EXISTS (SELECT FROM bus.parked_event p WHERE p.consumer = $1 AND p.source = $2 AND p.key = $3)`;
const STILL = 'SELECT FROM bus.parked_key WHERE consumer = $1 AND source = $2 AND key = $3';
const FIND = `SELECT consumer, source, key FROM bus.dead_letter WHERE id = $1 AND status = 'open'`;
const DISCARD = `UPDATE bus.dead_letter SET status = 'discarded', resolved_by = $2, resolved_at = clock_timestamp()
  WHERE id = $1 AND status = 'open'`;
const PARKS = `SELECT EXISTS (SELECT FROM bus.parked_key WHERE consumer = $1 AND key = $2) AS parks`;
const FORGET = ['waiting', 'parked_event', 'parked_key'].map(
  (table) => `DELETE FROM bus.${table} WHERE key = ANY($1::text[])`,
);
const FORGET_LETTERS = 'DELETE FROM bus.dead_letter WHERE key = ANY($1::text[])';

/** The operator's desk: what could not be handled, and what becomes of it. */
export class DeadLetters {
  constructor(
    private readonly pool: pg.Pool,
    private readonly loops: readonly ConsumerLoop[],
    private readonly feeds: ReadonlyMap<string, Feed>,
  ) {}

  async list(
    filter: { readonly consumer?: string; readonly status?: DeadLetterStatus; readonly limit?: number } = {},
  ): Promise<readonly DeadLetter[]> {
    const { rows } = await this.pool.query<DeadLetter>(LIST, [
      filter.consumer ?? null,
      filter.status ?? null,
      filter.limit ?? 200,
    ]);
    return rows;
  }

  /** Whether an event of this key could not be handled by the consumer, so that what it has written about the key is incomplete. */
  async parks(consumer: string, key: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ parks: boolean }>(PARKS, [consumer, key]);
    return rows[0]?.parks ?? false;
  }

  /** Handles a key's dead letter and everything parked behind it, in order, until one fails again. */
  async replay(parked: ParkedKey, by: string): Promise<Replay> {
    const { loop, feed } = this.placeOf(parked);
    // Whoever replays just after a restore must not read as if it were the log before.
    await feed.incarnation(true);
    for (let handled = 0; ;) {
      const oldest = await this.oldestOf(parked);
      if (oldest === undefined) {
        if (await this.unpark(parked)) return { handled, unparked: true };
        continue;
      }
      const [event] = await readReferences(feed, [oldest]);
      if (event === undefined) throw new GapRemains(parked.source, oldest.lane, oldest.position);
      if (!(await loop.between(() => loop.work.replay(event, by)))) return { handled, unparked: false };
      handled += 1;
    }
  }

  /** Gives one event up; what is parked behind it is handled. */
  async discard(id: string, by: string): Promise<Replay> {
    const { rows } = await this.pool.query<ParkedKey>(FIND, [id]);
    const [parked] = rows;
    if (parked === undefined) return { handled: 0, unparked: false };
    this.placeOf(parked);
    await this.pool.query(DISCARD, [id, by]);
    return this.replay(parked, by);
  }

  private placeOf({ consumer, source }: ParkedKey): { readonly loop: ConsumerLoop; readonly feed: Feed } {
    const loop = this.loops.find(({ work }) => work.name === consumer);
    const feed = this.feeds.get(source);
    if (loop === undefined || feed === undefined) throw new Error(`${consumer} is no consumer of ${source} here`);
    return { loop, feed };
  }

  private async oldestOf({ consumer, source, key }: ParkedKey): Promise<Reference | undefined> {
    return (await this.pool.query<Reference>(OLDEST, [consumer, source, key])).rows[0];
  }

  /** Frees the key, unless something was parked behind it meanwhile. */
  private unpark({ consumer, source, key }: ParkedKey): Promise<boolean> {
    return inEffectTransaction({ pool: this.pool, consumer, schema: 'rm' }, async (tx) => {
      await tx.query(UNPARK, [consumer, source, key]);
      return (await tx.query(STILL, [consumer, source, key])).rowCount === 0;
    });
  }
}

/** Removes everything that is kept for later about these keys; the number of dead letters among it. */
export async function forgetKeys(tx: Tx, keys: readonly string[]): Promise<number> {
  for (const statement of FORGET) await tx.query(statement, [keys]);
  return (await tx.query(FORGET_LETTERS, [keys])).rowCount ?? 0;
}

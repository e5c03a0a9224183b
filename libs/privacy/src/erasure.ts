import { inTransaction, type EventLog } from '@crm/event-sourcing';
import type pg from 'pg';
import type { KeyRing } from './key-ring.js';

/** A connection inside a transaction. */
export type Tx = Pick<pg.ClientBase, 'query'>;

/** What a receipt tells apart besides keys and snapshots. */
export type ErasedKind = 'rows' | 'deadLetters' | 'jobs';

/** A place outside the event log that holds something about a person: read-model rows, index rows, dead letters. */
export interface ErasureContributor {
  /** Unique in the service. */
  readonly name: string;
  /** How the receipt counts it; rows unless said otherwise. */
  readonly kind?: ErasedKind;
  /** Removes what is kept about the subject and answers how much that was; finds nothing the second time. */
  erase(tx: Tx, subjectId: string): Promise<number>;
}

/** What an erasure destroyed, over all of its attempts. */
export interface Destroyed {
  readonly keys: number;
  readonly snapshots: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly jobs: number;
}

export interface Erasure {
  /** The party and everything linked to it. */
  readonly ids: readonly string[];
  readonly log: Pick<EventLog, 'bury'>;
  readonly keyRing: KeyRing;
  readonly contributors: readonly ErasureContributor[];
  readonly pool: pg.Pool;
}

const SNAPSHOTS = 'snapshots';

const COUNT_SNAPSHOTS = 'SELECT count(*)::int AS count FROM es.snapshot WHERE key = $1';
const COUNT_IN = `INSERT INTO pii.destroyed AS d (subject_id, contributor, count) VALUES ($1, $2, $3)
  ON CONFLICT (subject_id, contributor) DO UPDATE SET count = d.count + excluded.count`;
const COUNTED = `SELECT contributor, sum(count)::int AS count FROM pii.destroyed WHERE subject_id = ANY($1::uuid[]) GROUP BY contributor`;

/**
 * Erases people from one service. May be repeated at any time: after a crash it goes on, after success it changes nothing
 * and gives the same answer. Other processes may open values for `KEY_CACHE_MS` more; repeat it after that for rows that
 * a lagging projection wrote meanwhile.
 */
export async function eraseSubjects({ ids, log, keyRing, contributors, pool }: Erasure): Promise<Destroyed> {
  // First the log refuses: a command in flight may hold a key already, and what it sealed must not be stored after this.
  for (const id of ids) {
    const { rows } = await pool.query<{ count: number }>(COUNT_SNAPSHOTS, [id]);
    const snapshots = rows[0]?.count ?? 0;
    await log.bury(id);
    if (snapshots > 0) await pool.query(COUNT_IN, [id, SNAPSHOTS, snapshots]);
  }
  // Then the keys, before the places that were filled with their help: nothing opens any more, so nothing is filled again.
  const keys = await keyRing.destroy(ids);
  for (const id of ids) await eraseElsewhere(pool, contributors, id);
  return { keys, ...(await countsOf(pool, contributors, ids)) };
}

/** The counts share the transaction of the removal, so that a crash between them is impossible. */
async function eraseElsewhere(pool: pg.Pool, contributors: readonly ErasureContributor[], id: string): Promise<void> {
  await inTransaction(pool, async (tx) => {
    for (const contributor of contributors) {
      const count = await contributor.erase(tx, id);
      if (count > 0) await tx.query(COUNT_IN, [id, contributor.name, count]);
    }
  });
}

async function countsOf(
  pool: pg.Pool,
  contributors: readonly ErasureContributor[],
  ids: readonly string[],
): Promise<Omit<Destroyed, 'keys'>> {
  const { rows } = await pool.query<{ contributor: string; count: number }>(COUNTED, [ids]);
  const kinds = new Map<string, ErasedKind | typeof SNAPSHOTS>([
    [SNAPSHOTS, SNAPSHOTS],
    ...contributors.map(({ name, kind }) => [name, kind ?? 'rows'] as const),
  ]);
  const sums = { snapshots: 0, rows: 0, deadLetters: 0, jobs: 0 };
  for (const { contributor, count } of rows) sums[kinds.get(contributor) ?? 'rows'] += count;
  return sums;
}

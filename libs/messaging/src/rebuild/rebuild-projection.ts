import type pg from 'pg';
import type { Projection } from '../consumer.js';
import { consumerLock } from '../effect-transaction.js';
import { createNextTables } from './next-tables.js';
import { clearConsumer, givenUp } from './rebuild-rows.js';
import { RebuildRun, type RebuildOptions, type RebuildResult } from './rebuild-run.js';

/** Another rebuild of the same projection is under way. */
export class RebuildRunning extends Error {
  constructor(projection: string) {
    super(`${projection} is being rebuilt already`);
    this.name = 'RebuildRunning';
  }
}

const REMEMBER = `INSERT INTO bus.rebuild (projection, version) VALUES ($1, $2) ON CONFLICT (projection) DO UPDATE
  SET version = excluded.version, started_at = excluded.started_at, refused_at = NULL, difference = NULL`;

/**
 * Rebuilds a projection from the first event into tables beside the live ones, compares whole tables at one vector of
 * positions and switches when they are equal. The live projection goes on meanwhile and pauses for the comparison only.
 * A refused difference is accepted by its hash: the rebuild then goes on from where it stood.
 */
export async function rebuildProjection(options: RebuildOptions): Promise<RebuildResult> {
  const { pool, projection, accept } = options;
  const name = `rebuild:${projection.name}`;
  return aloneWith(pool, projection.name, async () => {
    const goesOn = accept !== undefined && (await wasRefused(pool, projection, accept));
    if (!goesOn) await prepare(pool, projection, name);
    const run = new RebuildRun(options, name, await givenUp(pool, projection.name));
    return run.run((difference) => goesOn || options.restored === true || difference === accept);
  });
}

async function prepare(pool: pg.Pool, projection: Projection, name: string): Promise<void> {
  await clearConsumer(pool, name);
  await createNextTables(pool, projection.tables);
  await pool.query(REMEMBER, [projection.name, projection.version ?? 1]);
}

async function wasRefused(pool: pg.Pool, projection: Projection, difference: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT FROM bus.rebuild WHERE projection = $1 AND version = $2 AND difference = $3',
    [projection.name, projection.version ?? 1, difference],
  );
  return rowCount === 1;
}

/** Holds a lock on a connection of its own for as long as the work takes: it ends with the process, whatever happens. */
async function aloneWith<T>(pool: pg.Pool, projection: string, work: () => Promise<T>): Promise<T> {
  const holder = await pool.connect();
  const lock = consumerLock(`only rebuild of ${projection}`);
  try {
    const { rows } = await holder.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS held`);
    if (rows[0]?.held !== true) throw new RebuildRunning(projection);
    try {
      return await work();
    } finally {
      await holder.query(`SELECT pg_advisory_unlock(${lock})`);
    }
  } finally {
    holder.release();
  }
}

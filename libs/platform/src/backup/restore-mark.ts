import type { ServiceName } from '@crm/contracts';
import type pg from 'pg';

/**
 * The mark of a database that is being restored, for a migration; a restore puts it before anything else is there. It has a
 * row from before the load until the erasures are re-applied.
 */
export const RESTORE_SCHEMA = /* sql */ `
CREATE TABLE IF NOT EXISTS platform.restore (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  service text NOT NULL,
  state text NOT NULL CHECK (state IN ('loading', 'loaded')),
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

/** How far a restore is. `loading`: the tables are not complete. `loaded`: only the erasures remain to be re-applied. */
export interface RestoreMark {
  readonly service: ServiceName;
  readonly state: 'loading' | 'loaded';
}

/** A database that must not be opened: it holds a part of a backup, or people who were erased after the backup was taken. */
export class RestoreUnfinished extends Error {
  constructor({ service, state }: RestoreMark) {
    super(
      state === 'loading'
        ? `the restore of ${service} was broken off while its tables were loaded: run \`crm restore ${service} --replace\` again`
        : `${service} was restored from a backup, and the erasures made since are not re-applied yet: run \`crm restore ${service} --resume\``,
    );
    this.name = 'RestoreUnfinished';
  }
}

/** How far the restore of a database is; undefined when none is under way. */
export async function restoreMark(on: pg.Pool | pg.ClientBase): Promise<RestoreMark | undefined> {
  const { rows: tables } = await on.query<{ found: boolean }>(
    `SELECT to_regclass('platform.restore') IS NOT NULL AS found`,
  );
  if (tables[0]?.found !== true) return undefined;
  return (await on.query<RestoreMark>('SELECT service, state FROM platform.restore')).rows[0];
}

/** Rejects with `RestoreUnfinished` while a restore of the database is under way: nothing may open it before. */
export async function assertNotRestoring(on: pg.Pool | pg.ClientBase): Promise<void> {
  const mark = await restoreMark(on);
  if (mark !== undefined) throw new RestoreUnfinished(mark);
}

/** Puts the mark, or moves it on. */
export async function markRestoring(on: pg.Pool | pg.ClientBase, { service, state }: RestoreMark): Promise<void> {
  await on.query(
    `INSERT INTO platform.restore (service, state) VALUES ($1, $2)
      ON CONFLICT (one) DO UPDATE SET service = excluded.service, state = excluded.state`,
    [service, state],
  );
}

/** Takes the mark away: the database may be opened. */
export async function endRestoring(on: pg.Pool | pg.ClientBase): Promise<void> {
  await on.query('DELETE FROM platform.restore');
}

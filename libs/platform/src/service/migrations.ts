import { setTimeout as sleep } from 'node:timers/promises';
import { createPool, EVENT_STORE_SCHEMA, INCARNATION_SCHEMA } from '@crm/event-sourcing';
import { JOBS_PRUNING_SCHEMA, JOBS_SCHEMA } from '@crm/jobs';
import { BUS_SCHEMA, RELAY_SCHEMA } from '@crm/messaging';
import { PRIVACY_SCHEMA } from '@crm/privacy';
import type pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { assertNotRestoring, RESTORE_SCHEMA } from '../backup/restore-mark.js';
import { PLATFORM_SCHEMA } from '../http/platform-schema.js';
import { breaksRunningVersion } from './rolling-migrations.js';

const EPOCH = 1_700_000_000_000;
const LOCK = 0x6d696772;
const TABLE = 'schema_migration';
/** A change that waits for its lock holds up everybody behind it, so it gives way and tries again. */
const LOCK_TIMEOUT_MS = 4_000;
const LOCK_ATTEMPTS = 60;
const LOCK_PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';
const UNDEFINED_TABLE = '42P01';

/** A step from one form of a database to the next. */
export type Migration = new () => MigrationInterface;

/** What a migration is in the course of releases. */
export interface MigrationKind {
  /**
   * Takes away what no release since the last one uses. Without it a migration may only add, because instances of the
   * previous version run on while it is carried out.
   */
  readonly contract?: boolean;
}

/**
 * A migration of plain SQL. `number` orders it within the service, from 1; neither is changed after a release.
 * Throws when it would break the version that is still running.
 */
export function sqlMigration(number: number, name: string, sql: string, kind: MigrationKind = {}): Migration {
  const breaks = kind.contract === true ? [] : breaksRunningVersion(sql);
  if (breaks.length > 0)
    throw new Error(`the migration ${name} ${breaks.join(', ')}: expand first, and contract in a later release`);
  return class implements MigrationInterface {
    readonly name = `${name}${String(EPOCH + number)}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('migrations only go forward: restore a backup instead'));
    }
  };
}

/** What every service's database begins with. */
const foundation = sqlMigration(
  0,
  'foundation',
  [
    EVENT_STORE_SCHEMA,
    BUS_SCHEMA,
    PRIVACY_SCHEMA,
    JOBS_SCHEMA,
    PLATFORM_SCHEMA,
    'CREATE SCHEMA IF NOT EXISTS rm;',
  ].join('\n'),
);

/** What a service needs to be deployed by itself. Numbered after every service's own first ones, which may exist without it. */
const deployment = sqlMigration(
  1000,
  'deployment',
  [RELAY_SCHEMA, INCARNATION_SCHEMA, RESTORE_SCHEMA, JOBS_PRUNING_SCHEMA].join('\n'),
);

/** The names under which a service's migrations are remembered in its database, what every service has included. */
export function migrationNames(migrations: readonly Migration[]): readonly string[] {
  return allOf(migrations).map(nameOf);
}

/** Brings a service's database up to date; safe when several instances start at once. Refuses one whose restore is under way. */
export async function migrate(url: string, migrations: readonly Migration[]): Promise<void> {
  const pool = createPool({ url, max: 1 });
  try {
    await assertNotRestoring(pool);
    await assertOwnDatabase(pool, migrations);
  } finally {
    await pool.end();
  }
  await runMigrations(url, migrations);
}

/** The same whatever the database is marked as. With `only` no other migrations than those named: the form that a backup needs. */
export async function runMigrations(
  url: string,
  migrations: readonly Migration[],
  only?: ReadonlySet<string>,
): Promise<void> {
  const wanted = allOf(migrations).filter((migration) => only?.has(nameOf(migration)) ?? true);
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: wanted as unknown as (() => void)[],
    schema: 'public',
    migrationsTableName: TABLE,
    migrationsTransactionMode: 'each',
    extra: { options: `-c search_path=rm,public -c lock_timeout=${String(LOCK_TIMEOUT_MS)}`, max: 2 },
    logging: false,
    logger: 'debug',
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SET lock_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await runPatiently(source);
    await lock.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  } finally {
    await lock.release();
    await source.destroy();
  }
}

/** A database that another service keeps its data in. */
export class WrongDatabase extends Error {
  constructor(lacks: string, has: readonly string[]) {
    super(`the database is that of another service: it lacks the migration ${lacks}, and has ${has.join(', ')}`);
    this.name = 'WrongDatabase';
  }
}

/** Throws `WrongDatabase` when a database lacks what the service begins with, and has what it does not know. */
export async function assertOwnDatabase(on: pg.Pool | pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  const [first] = migrations;
  const { pending, ahead } = await migrationState(on, migrations);
  if (first !== undefined && ahead.length > 0 && pending.includes(nameOf(first)))
    throw new WrongDatabase(nameOf(first), ahead);
}

/** How a database and the code compare. */
export interface MigrationState {
  /** What the database still needs. */
  readonly pending: readonly string[];
  /** What a newer version has done to it; during a rollout older instances live with that. */
  readonly ahead: readonly string[];
}

/** Compares a service's database with the migrations that its code knows. */
export async function migrationState(
  on: pg.Pool | pg.ClientBase,
  migrations: readonly Migration[],
): Promise<MigrationState> {
  const names = migrationNames(migrations);
  const { rows } = await on.query<{ name: string }>(`SELECT name FROM public.${TABLE}`).catch((error: unknown) => {
    if (codeOf(error) === UNDEFINED_TABLE) return { rows: [] };
    throw error;
  });
  const done = new Set(rows.map(({ name }) => name));
  return { pending: names.filter((name) => !done.has(name)), ahead: [...done].filter((name) => !names.includes(name)) };
}

/** Every migration has a transaction of its own, so that a further attempt begins with the one that found no lock. */
async function runPatiently(source: DataSource): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await source.runMigrations();
      return;
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE || attempt === LOCK_ATTEMPTS) throw error;
      await sleep(LOCK_PAUSE_MS);
    }
}

function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string } | undefined)?.code;
}

const allOf = (migrations: readonly Migration[]): readonly Migration[] => [foundation, ...migrations, deployment];

const nameOf = (migration: Migration): string => {
  const { name } = new migration();
  return name ?? migration.name;
};

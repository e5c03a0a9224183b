import type pg from 'pg';
import { pause } from '../back-off.js';
import type { Tx } from '../consumer.js';

/** Where a rebuild writes, beside the live tables. */
export const NEXT_SCHEMA = 'rm_next';

const LOCK_NOT_AVAILABLE = '55P03';
const LOCK_WAIT = '4s';
const LOCK_AGAIN_MS = 1_000;

const NAME = /^[a-z_][a-z0-9_]*$/;
const UNFIT = `SELECT c.relkind <> 'r' AS special,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> '')
    OR EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%') AS counts
  FROM pg_class c WHERE c.oid = to_regclass($1)`;
const CONSTRAINTS = `SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
  WHERE conrelid = $1::regclass AND contype = ANY($2::"char"[]) ORDER BY conname`;
const INDEXES = `SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
  WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)`;

/** A table that cannot be rebuilt beside itself. */
export class UnfitTable extends Error {
  constructor(table: string, reason: string) {
    super(`table ${table} cannot be rebuilt: ${reason}`);
    this.name = 'UnfitTable';
  }
}

/** Makes empty tables like the live ones, with constraints and indexes of the same names. */
export async function createNextTables(pool: pg.Pool, tables: readonly string[]): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query(`BEGIN; CREATE SCHEMA IF NOT EXISTS ${NEXT_SCHEMA}`);
    for (const table of tables) await refuseUnfit(tx, table);
    await tx.query('SET LOCAL search_path TO rm, public');
    const keys = await definitionsOf(tx, tables, ['p', 'u', 'x']);
    const references = await definitionsOf(tx, tables, ['f']);
    const indexes = await indexesOf(tx, tables);
    await tx.query(`SET LOCAL search_path TO ${NEXT_SCHEMA}, public`);
    for (const table of tables) {
      await tx.query(`DROP TABLE IF EXISTS ${NEXT_SCHEMA}.${table} CASCADE`);
      await tx.query(`CREATE TABLE ${NEXT_SCHEMA}.${table} (LIKE rm.${table} INCLUDING ALL EXCLUDING INDEXES)`);
    }
    for (const statement of [...keys, ...references, ...indexes]) await tx.query(statement);
    await tx.query('COMMIT');
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}

/** Puts the rebuilt tables where the live ones were. */
export async function switchTables(tx: Tx, tables: readonly string[]): Promise<void> {
  while (!(await lockTables(tx, tables))) await pause(LOCK_AGAIN_MS);
  await tx.query(`DROP TABLE ${tables.map((table) => `rm.${table}`).join(', ')}`);
  for (const table of tables) await tx.query(`ALTER TABLE ${NEXT_SCHEMA}.${table} SET SCHEMA rm`);
}

/** Gives way after a while: whoever reads the tables would wait behind it for as long as a backup holds them. */
async function lockTables(tx: Tx, tables: readonly string[]): Promise<boolean> {
  await tx.query(`SAVEPOINT locks; SET LOCAL lock_timeout = '${LOCK_WAIT}'`);
  try {
    await tx.query(`LOCK TABLE ${tables.map((table) => `rm.${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    await tx.query('SET LOCAL lock_timeout = DEFAULT; RELEASE SAVEPOINT locks');
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT locks; RELEASE SAVEPOINT locks');
    return false;
  }
}

async function refuseUnfit(tx: Tx, table: string): Promise<void> {
  if (!NAME.test(table)) throw new UnfitTable(table, 'its name is not in lower case');
  const { rows } = await tx.query<{ special: boolean; counts: boolean }>(UNFIT, [`rm.${table}`]);
  const [row] = rows;
  if (row === undefined) throw new UnfitTable(table, 'schema rm has no such table');
  if (row.special) throw new UnfitTable(table, 'it is not a plain table');
  if (row.counts)
    throw new UnfitTable(table, 'it has an identity or serial column, whose values depend on the order of arrival');
}

async function definitionsOf(tx: Tx, tables: readonly string[], kinds: readonly string[]): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const table of tables) {
    const { rows } = await tx.query<{ name: string; definition: string }>(CONSTRAINTS, [`rm.${table}`, kinds]);
    for (const { name, definition } of rows)
      statements.push(
        `ALTER TABLE ${NEXT_SCHEMA}.${table} ADD CONSTRAINT "${name.replaceAll('"', '""')}" ${definition}`,
      );
  }
  return statements;
}

async function indexesOf(tx: Tx, tables: readonly string[]): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const table of tables) {
    const { rows } = await tx.query<{ definition: string }>(INDEXES, [`rm.${table}`]);
    for (const { definition } of rows)
      statements.push(definition.replace(` ON rm.${table} `, ` ON ${NEXT_SCHEMA}.${table} `));
  }
  return statements;
}

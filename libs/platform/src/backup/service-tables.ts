import type pg from 'pg';

/** Schemas of a service's database. What the queue keeps (`bullmq`) and a running rebuild (`rm_next`) can be made again. */
export const SERVICE_SCHEMAS = ['app', 'bus', 'es', 'jobs', 'pii', 'platform', 'rm'] as const;

/** Schemas that a restore makes room in. */
export const REPLACED_SCHEMAS = [...SERVICE_SCHEMAS, 'bullmq', 'rm_next'] as const;

/** Where the applied migrations are remembered. */
export const MIGRATIONS_TABLE = 'public.schema_migration';

/** A table of a service, with the columns that can be written. */
export interface ServiceTable {
  readonly oid: bigint;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Tables that its foreign keys name. */
  readonly references: readonly bigint[];
}

// The mark of a restore is not a part of what is restored.
const TABLES = `SELECT c.oid::int8 AS oid, n.nspname AS schema, c.relname AS table,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
    ARRAY(SELECT f.confrelid::int8 FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') AS references
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname = ANY($1::text[]) AND (n.nspname, c.relname) <> ('platform', 'restore')
  ORDER BY n.nspname, c.relname`;

/** The service's tables, each after those that its foreign keys name. */
export async function serviceTables(on: pg.ClientBase): Promise<readonly ServiceTable[]> {
  const { rows } = await on.query<ServiceTable>(TABLES, [SERVICE_SCHEMAS]);
  const placed = new Map<bigint, ServiceTable>();
  const known = new Map(rows.map((row) => [row.oid, row]));
  const place = (table: ServiceTable, under: ReadonlySet<bigint>): void => {
    if (placed.has(table.oid) || under.has(table.oid)) return;
    for (const oid of table.references) {
      const referenced = known.get(oid);
      if (referenced !== undefined) place(referenced, new Set([...under, table.oid]));
    }
    placed.set(table.oid, table);
  };
  for (const table of rows) place(table, new Set());
  return [...placed.values()];
}

/** The table as SQL names it. */
export function sqlName({ schema, table }: Pick<ServiceTable, 'schema' | 'table'>): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

/** Its columns as SQL names them. */
export function sqlColumns(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

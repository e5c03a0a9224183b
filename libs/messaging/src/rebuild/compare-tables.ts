import { createHash } from 'node:crypto';
import { unhurried } from '@crm/event-sourcing';
import type { Tx } from '../consumer.js';
import { NEXT_SCHEMA } from './next-tables.js';

/** How a table and its rebuilt twin compare, row by row and independent of their order. */
export interface TableComparison {
  readonly table: string;
  readonly live: number;
  readonly rebuilt: number;
  readonly onlyLive: number;
  readonly onlyRebuilt: number;
}

interface ComparisonRow {
  readonly live: number;
  readonly rebuilt: number;
  readonly only_live: number;
  readonly only_rebuilt: number;
  readonly difference: string | null;
}

const compareSql = (table: string): string => `
  WITH live AS (SELECT md5(t::text) AS row, count(*) AS n FROM rm.${table} t GROUP BY 1),
    next AS (SELECT md5(t::text) AS row, count(*) AS n FROM ${NEXT_SCHEMA}.${table} t GROUP BY 1),
    both_sides AS (SELECT row, coalesce(l.n, 0) AS l, coalesce(n.n, 0) AS n FROM live l FULL JOIN next n USING (row))
  SELECT coalesce(sum(l), 0)::int AS live, coalesce(sum(n), 0)::int AS rebuilt,
    coalesce(sum(greatest(l - n, 0)), 0)::int AS only_live, coalesce(sum(greatest(n - l, 0)), 0)::int AS only_rebuilt,
    md5(string_agg(row || ' ' || (l - n), ',' ORDER BY row) FILTER (WHERE l <> n)) AS difference
  FROM both_sides`;

/** Compares whole tables; `difference` names every row that differs by one hash, null when none does. */
export async function compareTables(
  tx: Tx,
  tables: readonly string[],
): Promise<{ readonly tables: readonly TableComparison[]; readonly difference: string | null }> {
  const comparisons: TableComparison[] = [];
  const differences: string[] = [];
  for (const table of tables) {
    const { rows } = await tx.query<ComparisonRow>(unhurried(compareSql(table)));
    const [row] = rows;
    if (row === undefined) continue;
    comparisons.push({
      table,
      live: row.live,
      rebuilt: row.rebuilt,
      onlyLive: row.only_live,
      onlyRebuilt: row.only_rebuilt,
    });
    if (row.difference !== null) differences.push(`${table} ${row.difference}`);
  }
  const hash = createHash('sha256').update(differences.join('\n')).digest('hex').slice(0, 16);
  return { tables: comparisons, difference: differences.length === 0 ? null : hash };
}

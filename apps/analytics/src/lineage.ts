import type pg from 'pg';

/** How far a read model had read its sources: by service, the position of each lane. Positions are digits. */
export interface ReadModelLineage {
  readonly readModel: string;
  readonly positions: Readonly<Record<string, readonly string[]>>;
}

const POSITIONS = `SELECT consumer, source, array_agg(position::text ORDER BY lane) AS positions FROM bus.cursor
  WHERE consumer = ANY($1) GROUP BY consumer, source ORDER BY consumer, source`;

/** Where some read models stand; in the transaction that reads their rows, rows and positions belong together. */
export async function lineageOf(
  tx: pg.ClientBase,
  readModels: readonly string[],
): Promise<ReadonlyMap<string, ReadModelLineage>> {
  const { rows } = await tx.query<{ consumer: string; source: string; positions: readonly string[] }>(POSITIONS, [
    readModels,
  ]);
  return new Map(
    readModels.map((readModel) => {
      const own = rows.filter(({ consumer }) => consumer === readModel);
      return [readModel, { readModel, positions: Object.fromEntries(own.map((row) => [row.source, row.positions])) }];
    }),
  );
}

import pg from 'pg';
import { SERVICES, type ServiceName } from '@crm/contracts';

pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

/** The database of a service. */
export const databaseOf = (service: ServiceName): string => `crm_${service.replaceAll('-', '_')}`;

/** Reads the databases of all services past every proxy; closed and opened again by itself when the server was away. */
export class Databases {
  private readonly pools: ReadonlyMap<ServiceName, pg.Pool>;

  constructor(urlOf: (database: string) => string) {
    this.pools = new Map(
      SERVICES.map((service) => {
        const pool = new pg.Pool({ connectionString: urlOf(databaseOf(service)), max: 2, idleTimeoutMillis: 1_000 });
        pool.on('error', () => undefined);
        return [service, pool] as const;
      }),
    );
  }

  async rows<Row extends pg.QueryResultRow>(
    service: ServiceName,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const pool = this.pools.get(service);
    if (pool === undefined) throw new Error(`there is no database of ${service}`);
    return (await pool.query<Row>(sql, [...values])).rows;
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }
}

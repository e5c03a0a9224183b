import { createPool } from '@crm/event-sourcing';
import { migrate } from '@crm/platform';
import { createTestDatabase } from '@crm/testing';
import type pg from 'pg';
import { analyticsService } from '../analytics-service.js';

/** A database with everything that analytics keeps; unqualified tables are its read models. */
export interface AnalyticsDatabase {
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

export async function createAnalyticsDatabase(): Promise<AnalyticsDatabase> {
  const database = await createTestDatabase();
  await migrate(database.url, analyticsService.migrations);
  const pool = createPool({ url: database.url, searchPath: ['rm', 'public'] });
  return {
    pool,
    drop: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { runsAt } from './score-runs.js';

const RUNS_OF_A_MODEL = 2_000;
const ADD = `INSERT INTO app.model_run (run_id, model, model_version, as_of, parameters, fit, customers, changed, completed_at)
  SELECT gen_random_uuid(), m, m || '.1', '2020-01-01'::timestamptz + n * interval '1 day', '{}', '{"a": 1}', 0, 0, now()
  FROM unnest('{rfm,bg-nbd,churn,retention}'::text[]) m, generate_series(1, $1::int) n`;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
  await database.pool.query(ADD, [RUNS_OF_A_MODEL]);
  await database.pool.query('ANALYZE app.model_run');
});
afterAll(() => database.drop());

describe('the runs that hold', () => {
  it('are found without going through the others', async () => {
    const plans: Plan[] = [];
    const explaining = {
      async query(sql: string, values: unknown[]) {
        const { rows } = await database.pool.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
          values,
        );
        plans.push(...rows.flatMap((row) => row['QUERY PLAN'].map(({ Plan: plan }) => plan)));
        return { rows: [] };
      },
    };
    await runsAt(explaining as unknown as pg.Pool, { asOf: '2021-01-01T00:00:00Z' });
    const read = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'model_run');
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const rows = read.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
    expect(rows).toBeLessThan(20);
    expect((await runsAt(database.pool, { asOf: '2021-01-01T00:00:00Z' })).map(({ model }) => model)).toEqual(
      ['bg-nbd', 'churn', 'retention', 'rfm'], // prettier-ignore
    );
  });
});

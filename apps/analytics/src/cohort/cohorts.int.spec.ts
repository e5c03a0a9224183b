import { inSnapshot } from '@crm/event-sourcing';
import { cohortTable } from '@crm/customer-models';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { cohortsUntil, type CohortQuestion, type Cohorts } from './cohort-rows.js';

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());

const cohorts = (question: Partial<CohortQuestion> = {}): Promise<Cohorts> =>
  inSnapshot(database.pool, (tx) =>
    cohortsUntil(tx, { until: '1998-02-28', months: 120, returnsCount: false, ...question }),
  );

const purchase = fc.record({
  customer: fc.constantFrom('ada', 'bo', 'cy', 'di', 'ed'),
  date: fc.constantFrom(
    '1996-12-31',
    '1997-01-01',
    '1997-01-31',
    '1997-02-28',
    '1997-11-15',
    '1998-01-01',
    '1998-02-28',
  ),
  amount: fc.integer({ min: -20, max: 60 }),
});

describe('cohorts', () => {
  it('are those that the model library counts from the purchases', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(purchase, { minLength: 1, maxLength: 25 }),
        fc.boolean(),
        fc.constantFrom('1998-01-15', '1998-02-28'),
        async (purchases, returnsCount, until) => {
          await database.pool.query('TRUNCATE order_fact, purchase_day, customer_feature');
          const orders = purchases.map(({ amount, ...rest }, index) => ({
            ...rest,
            amountMinor: amount,
            ref: String(index),
          }));
          await project(database.pool, orderEvents(orders));
          const found = await cohorts({ until, returnsCount });
          const known = purchases.some(({ date }) => date <= until);
          const counted = known ? cohortTable(purchases, { until, returnsCount }) : { cohorts: [], leftOut: 0 };
          expect(found).toEqual({ cohorts: counted.cohorts, leftOut: counted.leftOut });
          const short = await cohorts({ until, returnsCount, months: 2 });
          expect(short.cohorts).toEqual(
            counted.cohorts.map((cohort) => ({ ...cohort, active: cohort.active.slice(0, 2) })),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

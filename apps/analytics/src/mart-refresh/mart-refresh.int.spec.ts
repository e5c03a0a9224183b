import { rebuildProjection } from '@crm/messaging';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import type { Order } from '../spec-kit/orders.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import { requestMartRefresh } from './mart-refresh.decider.js';
import { martRefreshAggregate, type MartRefresh } from './mart-refresh.js';
import { refreshMart } from './refresh-mart.job.js';

const REFRESHES = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'] as const;
const asOf = '1997-09-30T23:59:59.999Z';

let analytics: Analytics;
beforeEach(async () => {
  analytics = await openAnalytics([warehouseProjection]);
});
afterEach(() => analytics.close());

const orders = (count: number, from = 0): readonly Order[] =>
  Array.from({ length: count }, (_, index) => ({
    customer: `customer-${String(index % 7)}`,
    date: `1997-0${String(1 + (index % 9))}-10`,
    amountMinor: 100 + index,
    ref: `order-${String(from + index)}`,
  }));

async function refresh(refreshId: string = REFRESHES[0]): Promise<MartRefresh> {
  await analytics.store.transact(martRefreshAggregate, refreshId, requestMartRefresh({ refreshId, asOf, now: asOf }));
  await deliver(refreshMart(analytics, analytics.sales.feeds), { refreshId });
  return (await analytics.store.read(martRefreshAggregate, refreshId)).state;
}

describe('mart refresh', () => {
  it('is done once the mart holds what its sources held, and both checks hold', async () => {
    await analytics.sales.place(...orders(40));
    const refreshed = await refresh();
    expect(refreshed).toMatchObject({
      status: 'done',
      snapshot: {
        facts: 40,
        checks: [
          { check: 1, passed: true, detail: 'crm.sales.order-placed.v1: 40 in 16 lanes' },
          { check: 2, passed: true, detail: expect.stringMatching(/^orders 40, revenue 4780, occasions \d+$/) },
        ],
      },
    });
  });

  it('goes on counting where the last one ended', async () => {
    await analytics.sales.place(...orders(20));
    await refresh();
    await analytics.sales.place(...orders(5, 20));
    expect(await refresh(REFRESHES[1])).toMatchObject({ status: 'done', snapshot: { facts: 25 } });
  });

  it('fails when a fact of the source is missing in the mart', async () => {
    await analytics.sales.place(...orders(20));
    await analytics.runner.idle();
    await analytics.pool.query(`DELETE FROM order_fact WHERE ctid = (SELECT min(ctid) FROM order_fact)`);
    const failed = await refresh();
    expect(failed).toMatchObject({
      status: 'failed',
      code: 'mart-check-failed',
      snapshot: { checks: [{ passed: false }, { passed: false }] },
    });
    expect(await analytics.events('MartRefreshed')).toHaveLength(0);
  });

  it('fails when the features do not add up to the facts', async () => {
    await analytics.sales.place(...orders(20));
    await analytics.runner.idle();
    await analytics.pool.query(
      `UPDATE customer_feature SET revenue_minor = revenue_minor + 1 WHERE ctid = (SELECT min(ctid) FROM customer_feature)`,
    );
    expect(await refresh()).toMatchObject({
      status: 'failed',
      snapshot: { checks: [{ passed: true }, { passed: false }] },
    });
  });

  it('ends once, however often its job is delivered', async () => {
    await analytics.sales.place(...orders(3));
    await refresh();
    await analytics.sales.place(...orders(2, 3));
    await refresh();
    expect(await analytics.events('MartRefreshed')).toHaveLength(1);
  });
});

describe('mart', () => {
  it('is the same when it is rebuilt from its sources', async () => {
    await analytics.sales.place(...orders(60));
    await analytics.runner.idle();
    const rebuilt = await rebuildProjection({
      projection: warehouseProjection,
      feeds: [analytics.sales.source.feed],
      pool: analytics.pool,
    });
    expect(rebuilt).toMatchObject({ switched: true, difference: null });
    expect(await refresh()).toMatchObject({ status: 'done', snapshot: { facts: 60 } });
  });
});

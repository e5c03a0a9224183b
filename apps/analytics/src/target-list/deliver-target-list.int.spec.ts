import { EventStore, newId, PostgresEventLog } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { completeMartRefresh, requestMartRefresh } from '../mart-refresh/mart-refresh.decider.js';
import { martRefreshAggregate } from '../mart-refresh/mart-refresh.js';
import { defineSegment } from '../segment/segment.decider.js';
import { segmentAggregate } from '../segment/segment.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { customerId } from '../spec-kit/orders.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import { deliverList } from './deliver-target-list.job.js';
import { defineTargetList } from './target-list.decider.js';
import type { TargetListChunkDelivered } from './target-list.events.js';
import { targetListAggregate } from './target-list.js';

const AS_OF = '1997-09-30T23:59:59.999Z';
const CUSTOMERS = 510;
const segmentId = newId();

/** A store that stops answering at one of its calls, as a process does that is killed. */
class FailingStore extends EventStore {
  constructor(
    analytics: Analytics,
    private callsLeft: number,
  ) {
    super(new PostgresEventLog(analytics.pool), { clock: analytics.clock });
  }

  override transact: EventStore['transact'] = async (...call) => {
    if (this.callsLeft-- === 0) throw new Error('killed');
    return EventStore.prototype.transact.apply(this, call as never) as never;
  };

  override recordFact: EventStore['recordFact'] = async (...call) => {
    if (this.callsLeft-- === 0) throw new Error('killed');
    return EventStore.prototype.recordFact.apply(this, call as never) as never;
  };
}

let analytics: Analytics;
beforeAll(async () => {
  analytics = await openAnalytics([warehouseProjection]);
  await analytics.sales.place(
    ...Array.from({ length: CUSTOMERS }, (_, index) => ({
      customer: `c-${String(index)}`,
      date: '1997-02-01',
      amountMinor: 100 + index,
      ref: `o-${String(index)}`,
    })),
  );
  await analytics.runner.idle();
  await analytics.store.transact(
    segmentAggregate,
    segmentId,
    defineSegment({ segmentId, name: 'All', where: { feature: 'revenue', gt: 0 } }),
  );
});
afterAll(() => analytics.close());

async function define(passed: boolean, more: object = {}): Promise<string> {
  const [refreshId, targetListId] = [newId(), newId()];
  await analytics.store.transact(
    martRefreshAggregate,
    refreshId,
    requestMartRefresh({ refreshId, asOf: AS_OF, now: AS_OF }),
  );
  const snapshot = { refreshId, facts: CUSTOMERS, positions: [], checks: [{ check: 1 as const, passed, detail: '' }] };
  await analytics.store.transact(martRefreshAggregate, refreshId, completeMartRefresh(snapshot));
  const definition = {
    targetListId,
    loopId: targetListId,
    campaignId: newId(),
    segmentId,
    asOf: AS_OF,
    refreshId,
    runIds: [],
    ...more,
  };
  await analytics.store.transact(targetListAggregate, targetListId, defineTargetList({ definition, atAnyTime: false }));
  return targetListId;
}

const run = (targetListId: string, store = analytics.store) =>
  deliver(deliverList({ ...analytics, store }), { targetListId });
const eventsOf = async (type: string, targetListId: string) =>
  (await analytics.events<never>(type)).filter(
    ({ data }: { data: { targetListId: string } }) => data.targetListId === targetListId,
  ) as unknown as readonly { data: TargetListChunkDelivered['data'] }[];

describe('the delivery of a target list', () => {
  it.each([0, 1, 2, 3])('is the same once, wherever it is cut off: after %i steps', async (calls) => {
    const targetListId = await define(true, { orderBy: '-revenue' });
    await expect(run(targetListId, new FailingStore(analytics, calls))).rejects.toThrow('killed');
    await Promise.all([run(targetListId), run(targetListId)]).catch(() => run(targetListId));
    expect(await eventsOf('TargetListFrozen', targetListId)).toHaveLength(1);
    expect(await eventsOf('TargetListDelivered', targetListId)).toMatchObject([
      { data: { chunks: 2, members: CUSTOMERS } },
    ]);
    const chunks = await eventsOf('TargetListChunkDelivered', targetListId);
    expect(chunks.map(({ data }) => [data.chunk, data.members.length])).toEqual([
      [0, 500],
      [1, 10],
    ]);
    const members = chunks.flatMap(({ data }) => data.members);
    expect(members.map(({ rank }) => rank)).toEqual(members.map((_, index) => index + 1));
    expect(members[0]).toMatchObject({
      partyId: customerId(`c-${String(CUSTOMERS - 1)}`),
      evidence: { values: { revenue: 99 + CUSTOMERS }, runIds: [] },
    });
  });

  it('leaves out who was erased', async () => {
    await analytics.pool.query('INSERT INTO es.tombstone (key) VALUES ($1)', [customerId('c-7')]);
    const targetListId = await define(true);
    await run(targetListId);
    expect(await eventsOf('TargetListFrozen', targetListId)).toMatchObject([
      { data: { selected: CUSTOMERS, suppressed: { 'party-erased': 1 }, frozen: CUSTOMERS - 1 } },
    ]);
  });

  it('does not take members of another list of the campaign that is not loaded yet', async () => {
    const campaignId = newId();
    const first = await define(true, { campaignId, limit: 100 });
    await run(first);
    const second = await define(true, { campaignId });
    await run(second);
    expect(await eventsOf('TargetListFrozen', second)).toMatchObject([
      { data: { suppressed: { 'in-running-wave': 100, 'party-erased': 1 } } },
    ]);
  });

  it('is refused on a mart that differs from its sources', async () => {
    const targetListId = await define(false);
    await run(targetListId);
    expect((await analytics.store.read(targetListAggregate, targetListId)).state).toMatchObject({
      status: 'refused',
      code: 'mart-check-failed',
    });
    expect(await eventsOf('TargetListFrozen', targetListId)).toEqual([]);
  });
});

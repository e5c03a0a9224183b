import { EventStore } from '@crm/event-sourcing';
import { until } from '@crm/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requestModelRun } from '../model-run/model-run.decider.js';
import { modelRunAggregate } from '../model-run/model-run.js';
import { runModel } from '../model-run/run-model.job.js';
import { defineSegment } from '../segment/segment.decider.js';
import { segmentAggregate } from '../segment/segment.js';
import type { Where } from '../segment/segment-where.js';
import { segmentsProjection } from '../segment/segments.projection.js';
import { deliver, openAnalytics, type Analytics } from '../spec-kit/analytics.js';
import { customerId, orderEvents, project, type Order } from '../spec-kit/orders.js';
import { forgetMemberships } from './forget-memberships.js';
import { keepMemberships } from './keep-memberships.js';

const QUIET = '01900000-0000-7000-8000-000000000001';
const FREQUENT = '01900000-0000-7000-8000-000000000002';
const order = (customer: string, date: string): Order => ({
  customer,
  date,
  amountMinor: 100,
  ref: `${customer} ${date}`,
});

let analytics: Analytics;
beforeEach(async () => {
  analytics = await openAnalytics([segmentsProjection]);
  analytics.setClock('1997-04-01T00:00:00Z');
  await project(
    analytics.pool,
    orderEvents([order('ada', '1997-01-01'), order('bo', '1997-03-20'), order('bo', '1997-03-30')]),
  );
});
afterEach(() => analytics.close());

async function define(segmentId: string, where: Where): Promise<void> {
  await analytics.store.transact(segmentAggregate, segmentId, defineSegment({ segmentId, name: 'a segment', where }));
  await analytics.runner.idle();
}

type Append = EventStore['log']['append'];

function appending(append: Append): Analytics {
  const log = Object.assign(Object.create(analytics.store.log) as EventStore['log'], { append });
  return { ...analytics, store: new EventStore(log, { clock: analytics.clock }) };
}

/** Analytics whose process dies after it appended some events and before it takes note of that. */
function dying(appends = 0): Analytics {
  let left = appends;
  return appending(async (append) => {
    if (left > 0) await analytics.store.log.append(append);
    left -= 1;
    throw new Error('killed');
  });
}

interface Told {
  readonly partyId: string;
  readonly segmentId: string;
  readonly reason: string;
  readonly evidence: { readonly values: Readonly<Record<string, unknown>> };
}
const told = async (type: string): Promise<readonly Told[]> =>
  (await analytics.events(type)).map(({ data }) => data as Told);

describe('memberships', () => {
  it('are told when a segment is defined, once', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await keepMemberships(analytics);
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toEqual([
      expect.objectContaining({
        partyId: customerId('ada'),
        segmentId: QUIET,
        reason: 'segment-defined',
        evidence: { values: { recencyDays: 90 }, runIds: [] },
      }),
    ]);
  });

  it('change with purchases', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await keepMemberships(analytics);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31'), order('cy', '1997-01-15')]));
    await keepMemberships(analytics);
    expect(await told('SegmentLeft')).toEqual([
      expect.objectContaining({
        partyId: customerId('ada'),
        reason: 'purchases-changed',
        evidence: { values: { recencyDays: 1 }, runIds: [] },
      }),
    ]);
    const entered = (await told('SegmentEntered')).map(({ partyId }) => partyId);
    expect(new Set(entered)).toEqual(new Set([customerId('ada'), customerId('cy')]));
  });

  it('change when nothing happens but time', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await keepMemberships(analytics);
    analytics.setClock('1997-05-28T23:00:00Z');
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toHaveLength(1);
    analytics.setClock('1997-05-29T00:00:00Z');
    await keepMemberships(analytics);
    expect((await told('SegmentEntered')).find(({ partyId }) => partyId === customerId('bo'))).toMatchObject({
      reason: 'time-passed',
    });
  });

  it('change with the scores of a new run', async () => {
    await define(FREQUENT, { feature: 'rfm.f', gte: 3 });
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toEqual([]);
    const runId = '01900000-0000-7000-8000-00000000000a';
    await analytics.store.transact(
      modelRunAggregate,
      runId,
      requestModelRun({ runId, model: 'rfm', asOf: '1997-04-01T00:00:00.000Z', parameters: {} }),
    );
    await deliver(runModel(analytics), { runId });
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toEqual([
      expect.objectContaining({
        partyId: customerId('bo'),
        reason: 'scores-changed',
        evidence: { values: { 'rfm.f': 5 }, runIds: [runId] },
      }),
    ]);
  });

  it('are told when the process died before they were, and then what has changed since', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await expect(keepMemberships(dying())).rejects.toThrow('killed');
    expect(await told('SegmentEntered')).toEqual([]);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31')]));
    await keepMemberships(analytics);
    const moves = [...(await told('SegmentEntered')), ...(await told('SegmentLeft'))];
    expect(moves.map(({ partyId, evidence }) => ({ partyId, ...evidence.values }))).toEqual([
      { partyId: customerId('ada'), recencyDays: 90 },
      { partyId: customerId('ada'), recencyDays: 1 },
    ]);
  });

  it('are told once when the process dies after they were', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await expect(keepMemberships(dying(1))).rejects.toThrow('killed');
    expect(await told('SegmentEntered')).toHaveLength(1);
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toHaveLength(1);
    expect((await analytics.pool.query('SELECT FROM app.segment_member')).rowCount).toBe(1);
    expect((await analytics.pool.query('SELECT FROM app.membership_to_tell')).rowCount).toBe(0);
  });

  it('look at nobody without a segment, and at nobody again without a change', async () => {
    await keepMemberships(analytics);
    expect((await analytics.pool.query('SELECT FROM app.segment_look')).rowCount).toBe(0);
    await define(FREQUENT, { feature: 'occasions', gte: 2 });
    await keepMemberships(analytics);
    const looks = async (): Promise<unknown> =>
      (await analytics.pool.query('SELECT xmin::text, party_id FROM app.segment_look ORDER BY 2')).rows;
    const before = await looks();
    analytics.setClock('1999-01-01T00:00:00Z');
    await keepMemberships(analytics);
    expect(await looks()).toEqual(before);
  });

  it('are told once when a process that stood still goes on after the opposite move', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    let goOn: () => void = () => undefined;
    let stood = false;
    const still = new Promise<void>((resolve) => (goOn = resolve));
    const slow = keepMemberships(
      appending(async (append) => {
        stood = true;
        await still;
        return analytics.store.log.append(append);
      }),
    );
    await until(() => stood);
    await keepMemberships(analytics);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31')]));
    await keepMemberships(analytics);
    goOn();
    await slow;
    expect([(await told('SegmentEntered')).length, (await told('SegmentLeft')).length]).toEqual([1, 1]);
  });

  it('of which an older version told the opposite are not told any more', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await expect(keepMemberships(dying())).rejects.toThrow('killed');
    await analytics.pool.query('DELETE FROM app.segment_member');
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31')]));
    await keepMemberships(analytics);
    expect(await told('SegmentEntered')).toEqual([]);
  });

  it('that are not told yet are forgotten with the customer', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await expect(keepMemberships(dying())).rejects.toThrow('killed');
    expect(await forgetMemberships.erase(analytics.pool, customerId('ada'))).toBe(3);
    expect((await analytics.pool.query('SELECT FROM app.membership_to_tell')).rowCount).toBe(0);
  });

  it('are not told of an erased customer, and forgotten', async () => {
    await define(QUIET, { feature: 'recencyDays', gte: 60 });
    await keepMemberships(analytics);
    await analytics.store.log.bury(customerId('ada'));
    expect(await forgetMemberships.erase(analytics.pool, customerId('ada'))).toBe(2);
    expect(await forgetMemberships.erase(analytics.pool, customerId('ada'))).toBe(0);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31')]));
    await keepMemberships(analytics);
    expect(await told('SegmentLeft')).toEqual([]);
    expect((await analytics.pool.query('SELECT FROM app.segment_look')).rowCount).toBe(1);
  });
});

const RUNS = ['01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000a2'] as const;

async function runRfm(runId: string, asOf: string): Promise<void> {
  const decide = requestModelRun({ runId, model: 'rfm', asOf, parameters: {} });
  await analytics.store.transact(modelRunAggregate, runId, decide);
  await deliver(runModel(analytics), { runId });
}

interface ScoreTold {
  readonly partyId: string;
  readonly runId: string;
  readonly asOf: string;
  readonly values: { readonly r: number; readonly segment: string };
}

const scoresTold = async (customer: string): Promise<readonly ScoreTold[]> =>
  (await analytics.events('CustomerScoreChanged'))
    .map(({ data }) => data as ScoreTold)
    .filter(({ partyId }) => partyId === customerId(customer));
const segmentsTold = async (customer: string): Promise<readonly string[]> =>
  (await scoresTold(customer)).map(({ values }) => values.segment);

describe('RFM segments between runs', () => {
  it('are told when a purchase changes them, once, by the edges of the last run', async () => {
    await runRfm(RUNS[0], '1997-04-01T00:00:00.000Z');
    await keepMemberships(analytics);
    expect(await segmentsTold('ada')).toEqual(['Lost']);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31'), order('cy', '1997-04-01')]));
    await keepMemberships(analytics);
    await keepMemberships(analytics);
    const [, again, ...more] = await scoresTold('ada');
    expect(again).toMatchObject({ runId: RUNS[0], asOf: '1997-04-01T00:00:00.000Z', values: { r: 5 } });
    expect(again?.values.segment).not.toBe('Lost');
    expect(more).toEqual([]);
    expect(await scoresTold('cy')).toHaveLength(1);
    expect(await scoresTold('bo')).toHaveLength(1);
  });

  it('are told when nothing happens but time', async () => {
    await runRfm(RUNS[0], '1997-04-01T00:00:00.000Z');
    await keepMemberships(analytics);
    const [first] = await segmentsTold('bo');
    analytics.setClock('1997-04-15T00:00:00Z');
    await keepMemberships(analytics);
    analytics.setClock('1998-04-15T00:00:00Z');
    await keepMemberships(analytics);
    const told = await scoresTold('bo');
    expect(told[0]?.values.segment).toBe(first);
    expect(told.at(-1)).toMatchObject({ asOf: '1998-04-15T00:00:00.000Z', values: { r: 1 } });
  });

  it('are told once when the process dies before or after, and then what has changed since', async () => {
    await runRfm(RUNS[0], '1997-04-01T00:00:00.000Z');
    await keepMemberships(analytics);
    await project(analytics.pool, orderEvents([order('ada', '1997-03-31')]));
    await expect(keepMemberships(dying())).rejects.toThrow('killed');
    await expect(keepMemberships(dying(1))).rejects.toThrow('killed');
    analytics.setClock('1998-04-01T00:00:00Z');
    await keepMemberships(analytics);
    await keepMemberships(analytics);
    expect((await scoresTold('ada')).map(({ asOf, values: { r } }) => [asOf.slice(0, 4), r])).toEqual([
      ['1997', 1],
      ['1997', 5],
      ['1998', 1],
    ]);
  });

  it('are told again after a run that says what held in the past', async () => {
    await runRfm(RUNS[0], '1997-04-01T00:00:00.000Z');
    await project(analytics.pool, orderEvents([order('ada', '1997-04-01')]));
    await keepMemberships(analytics);
    const [, present] = await segmentsTold('ada');
    await runRfm(RUNS[1], '1997-03-31T00:00:00.000Z');
    const [, , past] = await segmentsTold('ada');
    expect(past).not.toBe(present);
    await keepMemberships(analytics);
    await keepMemberships(analytics);
    expect((await segmentsTold('ada')).slice(2)).toEqual([past, present]);
  });

  it('are told again when a run is kept between the note of a look and its telling', async () => {
    await runRfm(RUNS[0], '1997-04-01T00:00:00.000Z');
    await keepMemberships(analytics);
    await project(analytics.pool, orderEvents([order('ada', '1997-04-01')]));
    await expect(keepMemberships(dying())).rejects.toThrow('killed');
    await runRfm(RUNS[1], '1997-03-31T00:00:00.000Z');
    await keepMemberships(analytics);
    const [first, past, late, present, ...more] = await segmentsTold('ada');
    expect([past, late]).toEqual([first, present]);
    expect(present).not.toBe(first);
    expect(more).toEqual([]);
  });
});

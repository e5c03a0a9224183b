import { inSnapshot } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RULES } from '../business-rules/business-rules.js';
import { campaignFacts } from '../campaign-result/arm-rows.js';
import { judgeCampaign } from '../campaign-result/judge-campaign.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import {
  campaignIdOf,
  campaignTold,
  feedEvents,
  listTold,
  loopIdOf,
  projectLoops,
  storyParty,
  type Story,
  type Told,
} from '../spec-kit/loop-story.js';
import { loopCounts } from './loop-counts.js';
import type { LoopEvent } from './loop-events.js';
import { traceOf, type LoopTrace, type Seen } from './loop-trace.js';
import { loopsProjection } from './loops.projection.js';

const NOW = Date.parse('2026-01-05T10:03:00Z');
const NAME = 'autumn';
const LOOP = loopIdOf(NAME);
const CAMPAIGN = campaignIdOf(NAME);

const story: Story = {
  name: NAME,
  suppressed: { 'over-limit': 3 },
  members: [
    { arm: 'treatment', orders: [{ amountMinor: 2_000 }, { amountMinor: 500, class: 'repeat' }] },
    { arm: 'treatment', outcome: 'skipped' },
    {
      arm: 'treatment',
      outcome: 'undetermined',
      orders: [{ amountMinor: 900, class: 'late', at: '1999-01-01T00:00:00.000Z' }],
    },
    { arm: 'treatment' },
    { arm: 'control', orders: [{ amountMinor: 1_000 }] },
    { rejected: 'in-running-wave' },
  ],
};

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`TRUNCATE ${loopsProjection.tables.join(', ')}`);
});

const trace = async (seen: Partial<Seen> = {}): Promise<LoopTrace> => {
  const [counts] = await inSnapshot(database.pool, (tx) => loopCounts(tx, [LOOP]));
  if (counts === undefined) throw new Error('there is no loop');
  return traceOf(counts, { now: NOW, caughtUp: true, quiet: true, ...seen });
};
const hopsOf = ({ hops }: LoopTrace): Record<string, unknown> =>
  Object.fromEntries(
    hops.map(({ hop, status, in: came, out, pending, lost }) => [hop, [status, came, out, pending, lost]]),
  );

/** What analytics itself adds once everything is there: hop 9 and the result. */
async function closing(viewed = true): Promise<readonly Told[]> {
  const facts = await inSnapshot(database.pool, (tx) => campaignFacts(tx, CAMPAIGN));
  const { rows: lanes } = await database.pool.query(
    'SELECT lane, max(position)::text AS position FROM loop_response WHERE lane IS NOT NULL GROUP BY lane ORDER BY lane',
  );
  const own = (type: LoopEvent['type'], data: Told['data']): Told => ({
    service: 'analytics',
    type,
    key: CAMPAIGN,
    data,
  });
  const result = { campaignId: CAMPAIGN, version: 1 };
  return [
    own('ResponseProjected', {
      loopId: LOOP,
      campaignId: CAMPAIGN,
      batch: 1,
      projected: 4,
      byClass: {},
      positions: lanes,
    }),
    own('CampaignResultComputed', {
      ...result,
      computedAt: '2026-01-05T11:00:00Z',
      reason: 'closed',
      closed: true,
      loops: facts!.loops,
      result: judgeCampaign(facts!, DEFAULT_RULES),
    }),
    own('CampaignResultPublished', { ...result, verdicts: [] }),
    ...(viewed ? [own('CampaignResultViewed', { ...result, viewer: 'abcdefghijklmnop', loopIds: [LOOP] })] : []),
  ];
}

async function projectAll(told: readonly Told[] = [...listTold(story), ...campaignTold(story)]): Promise<void> {
  await projectLoops(database.pool, feedEvents(told));
  await projectLoops(database.pool, feedEvents(await closing()));
}

describe('the trace of a loop', () => {
  it('counts every hop, and reconciles', async () => {
    await projectAll();
    const whole = await trace();
    expect(hopsOf(whole)).toEqual({
      '1': ['done', 6_919, 6_919, 0, {}],
      '2': ['done', 2_357, 2_357, 0, {}],
      '3': ['done', 9, 6, 0, { 'over-limit': 3 }],
      '4': ['done', 6, 6, 0, {}],
      '4-1': ['done', 6, 5, 0, { 'in-running-wave': 1 }],
      '5': ['done', 4, 4, 0, {}],
      '6': ['done', 4, 2, 0, { 'permission-denied': 1, undetermined: 1 }],
      '7': ['done', 4, 4, 0, {}],
      '8': ['done', 4, 4, 0, {}],
      '8-1': ['done', 4, 4, 0, {}],
      '9': ['done', 4, 4, 0, {}],
      '10': ['done', 1, 1, 0, {}],
      '11': ['done', 1, 1, 0, {}],
      '12': ['done', 1, 1, 0, {}],
    });
    expect(whole).toMatchObject({
      loopId: LOOP,
      campaignId: CAMPAIGN,
      status: 'complete',
      reconciles: true,
      breaks: [],
    });
    expect(whole.hops.every(({ firstAt, lastAt }) => firstAt !== null && lastAt !== null && firstAt <= lastAt)).toBe(
      true,
    );
  });

  it('waits for people, customers and machines, each told apart', async () => {
    const open = campaignTold({
      ...story,
      closed: false,
      plan: { response: { windowDays: 36_500, conversion: 'order' } },
    });
    const unapproved = open.filter(({ type }) => !/approved|treatment|completed|response|order/.test(type));
    await projectLoops(database.pool, feedEvents([...listTold(story), ...unapproved]));
    const waiting = (await trace()).hops;
    expect(waiting.find(({ hop }) => hop === '5')).toMatchObject({
      status: 'waiting',
      waitsFor: 'people',
      in: 4,
      out: 0,
      pending: 4,
    });
    expect(await trace()).toMatchObject({ status: 'running', reconciles: true });
    await database.pool.query(`TRUNCATE ${loopsProjection.tables.join(', ')}`);
    await projectLoops(database.pool, feedEvents([...listTold(story), ...open]));
    const answered = await trace({ quiet: false });
    expect(answered.hops.find(({ hop }) => hop === '7')).toMatchObject({ status: 'waiting', waitsFor: 'customers' });
    expect(answered.hops.find(({ hop }) => hop === '9')).toMatchObject({
      status: 'waiting',
      waitsFor: 'machine',
      pending: 4,
    });
    expect(answered.reconciles).toBe(true);
  });

  it('leaves hops 1 to 4 out for a wave that was carried out elsewhere', async () => {
    await projectAll(campaignTold({ ...story, elsewhere: true }));
    const whole = await trace();
    expect(whole.hops.slice(0, 4)).toEqual(
      ['1', '2', '3', '4'].map((hop) =>
        expect.objectContaining({
          hop,
          status: 'skipped',
          reason: 'carried-out-elsewhere',
          in: 0,
          out: 0,
          pending: 0,
          lost: {},
        }),
      ),
    );
    expect(whole).toMatchObject({ status: 'complete', reconciles: true, caughtUp: true });
    expect(whole.hops[4]).toMatchObject({ hop: '4-1', in: 6, out: 5, lost: { 'in-running-wave': 1 } });
  });

  it('is not done with what may still be on its way', async () => {
    await projectAll();
    const behind = await trace({ caughtUp: false });
    expect(behind).toMatchObject({ status: 'running', reconciles: true, caughtUp: false });
    expect(behind.hops.find(({ hop }) => hop === '6')?.status).toBe('done');
    expect(behind.hops.find(({ hop }) => hop === '7')?.status).toBe('waiting');
  });

  it('waits for marketing to match an order that a member placed in the window', async () => {
    await projectAll([
      ...listTold(story),
      ...campaignTold(story).filter(
        ({ type, data }) => !/recorded|classified/.test(type) || data['partyId'] !== storyParty(NAME, 4),
      ),
    ]);
    const hops = (await trace({ quiet: false })).hops;
    expect(hops.find(({ hop }) => hop === '8')).toMatchObject({ status: 'waiting', in: 4, out: 3, pending: 1 });
  });

  it('opens the result again when a fact comes after it, until somebody has read the version with it', async () => {
    await projectAll();
    const late = campaignTold({
      ...story,
      members: story.members.map((member, index) =>
        index === 3 ? { ...member, orders: [{ amountMinor: 700 }] } : member,
      ),
    });
    const events = feedEvents(late);
    await projectLoops(
      database.pool,
      events.map((event) => ({ ...event, position: event.position + 100n })),
    );
    expect(
      (await trace({ quiet: false })).hops.slice(-4).map(({ hop, status, pending }) => [hop, status, pending]),
    ).toEqual([
      ['9', 'waiting', 5],
      ['10', 'waiting', 1],
      ['11', 'waiting', 0],
      ['12', 'waiting', 0],
    ]);
  });

  it('loses what was of a person who was erased before it could go on', async () => {
    await projectLoops(
      database.pool,
      feedEvents([
        ...listTold(story),
        ...campaignTold(story).filter(
          ({ type, data }) => !/treatment|recorded|classified/.test(type) || data['partyId'] !== storyParty(NAME, 0),
        ),
      ]),
    );
    await database.pool.query('INSERT INTO es.tombstone (key) VALUES ($1) ON CONFLICT DO NOTHING', [
      storyParty(NAME, 0),
    ]);
    await projectLoops(database.pool, feedEvents(await closing()));
    const hops = hopsOf(await trace());
    expect(hops).toMatchObject({
      '5': ['done', 4, 3, 0, { 'party-erased': 1 }],
      '8': ['done', 4, 2, 0, { 'party-erased': 2 }],
      '12': ['done', 1, 1, 0, {}],
    });
  });

  it('is late when machines take longer than allowed', async () => {
    await projectLoops(database.pool, feedEvents(listTold(story)));
    const hop = async (now: number) => (await trace({ now, quiet: false })).hops.find(({ hop }) => hop === '4-1');
    expect(await hop(Date.parse('2026-01-05T10:01:00Z'))).toMatchObject({ status: 'waiting', pending: 6 });
    expect(await hop(Date.parse('2026-01-05T10:31:00Z'))).toMatchObject({
      status: 'late',
      pending: 6,
      waitsFor: 'machine',
    });
  });
});

describe('one message that is lost', () => {
  const cases: readonly [string, string, (told: Told) => boolean][] = [
    ['1', 'the refresh', ({ type }) => type === 'MartRefreshed'],
    ['2', 'a model run', ({ type }) => type === 'ModelRunCompleted'],
    ['3', 'the freezing', ({ type }) => type === 'TargetListFrozen'],
    ['4', 'a delivered chunk', ({ type, data }) => type === 'TargetListChunkDelivered' && data['chunk'] === 1],
    ['4-1', 'a loaded chunk', ({ type, data }) => type.includes('wave-chunk-loaded') && data['chunk'] === 0],
    [
      '5',
      'an assignment',
      ({ type, data }) => type.includes('treatment-assigned') && data['partyId'] === storyParty(NAME, 0),
    ],
    [
      '6',
      'a presentation',
      ({ type, data }) => type.includes('treatment-presented') && data['partyId'] === storyParty(NAME, 3),
    ],
    ['7', 'an order', ({ type, data }) => type.includes('order-placed') && data['partyId'] === storyParty(NAME, 4)],
    ['8', 'a match', ({ type, data }) => type.includes('response-recorded') && data['partyId'] === storyParty(NAME, 4)],
    [
      '8-1',
      'a classification',
      ({ type, data }) => type.includes('response-classified') && data['partyId'] === storyParty(NAME, 4),
    ],
  ];

  it.each(cases)('shows as a break at hop %s: %s', async (hop, _, isLost) => {
    const told = [...listTold(story), ...campaignTold(story)];
    const lost = told.find(isLost);
    expect(lost).toBeDefined();
    await projectAll(told.filter((one) => one !== lost));
    const broken = await trace();
    expect(broken.reconciles).toBe(false);
    expect(broken.status).toBe('running');
    expect(broken.breaks.map((one) => one.hop)).toEqual([hop]);
    for (const { expected, found } of broken.breaks) expect(expected).toBeGreaterThan(found);
  });

  it('shows as a break at hop 9: the word about a batch', async () => {
    await projectLoops(database.pool, feedEvents([...listTold(story), ...campaignTold(story)]));
    await projectLoops(database.pool, feedEvents((await closing()).slice(1)));
    expect((await trace()).breaks).toEqual([{ hop: '9', expected: 4, found: 0 }]);
  });
});

describe('the rows of loops', () => {
  const events = feedEvents([...listTold(story), ...campaignTold(story)]);
  const rows = async (): Promise<readonly unknown[]> =>
    Promise.all(
      loopsProjection.tables.map(
        async (table) => (await database.pool.query(`SELECT * FROM ${table} t ORDER BY t::text`)).rows as unknown[],
      ),
    );

  it('are the same whatever comes first, in whatever batches, and however often', async () => {
    await projectLoops(database.pool, events);
    const expected = await rows();
    // Only what is told of one campaign has to stay in order.
    const inOrder = events.filter(({ key }) => key === CAMPAIGN);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { minLength: events.length, maxLength: events.length }),
        fc.integer({ min: 1, max: 20 }),
        async (draws, batch) => {
          await database.pool.query(`TRUNCATE ${loopsProjection.tables.join(', ')}`);
          const shuffled = events
            .map((event, index) => ({ event, draw: draws[index] ?? 0 }))
            .sort((left, right) => left.draw - right.draw);
          const campaign = [...inOrder];
          const mixed = shuffled.map(({ event }) => (event.key === CAMPAIGN ? campaign.shift()! : event));
          await projectLoops(database.pool, mixed, batch);
          await projectLoops(
            database.pool,
            mixed.slice(0, 9).filter(({ key }) => key !== CAMPAIGN),
            batch,
          );
          expect(await rows()).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });
});

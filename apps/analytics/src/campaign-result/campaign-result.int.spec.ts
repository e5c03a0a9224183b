import { inSnapshot } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loopsProjection } from '../loop/loops.projection.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import {
  aPlan,
  campaignIdOf,
  campaignTold,
  feedEvents,
  loopIdOf,
  projectLoops,
  STARTED_AT,
  storyParty,
  type Story,
} from '../spec-kit/loop-story.js';
import { DEFAULT_RULES } from '../business-rules/business-rules.js';
import { campaignFacts, type CampaignFacts } from './arm-rows.js';
import type { CampaignJudgement } from './campaign-result.events.js';
import { judgeCampaign } from './judge-campaign.js';

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`TRUNCATE ${loopsProjection.tables.join(', ')}`);
});

const factsOf = async (name: string): Promise<CampaignFacts> => {
  const facts = await inSnapshot(database.pool, (tx) => campaignFacts(tx, campaignIdOf(name)));
  if (facts === undefined) throw new Error('there is no campaign');
  return facts;
};
const judged = async (name: string): Promise<CampaignJudgement> => judgeCampaign(await factsOf(name), DEFAULT_RULES);
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const many = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);

describe('the result of a campaign', () => {
  it('counts members by the draw, whoever was reached, and every order in the window', async () => {
    await projectLoops(
      database.pool,
      feedEvents(
        campaignTold({
          name: 'small',
          members: [
            {
              arm: 'treatment',
              orders: [
                { amountMinor: 3_000 },
                { amountMinor: 1_000, class: 'repeat' },
                { amountMinor: -500, class: 'negative' },
              ],
            },
            { arm: 'treatment', outcome: 'skipped', orders: [{ amountMinor: 2_000 }] },
            { arm: 'treatment', outcome: 'undetermined' },
            { arm: 'treatment', orders: [{ amountMinor: 9_000, class: 'late', at: '1999-01-01T00:00:00.000Z' }] },
            { arm: 'control', orders: [{ amountMinor: 1_200 }] },
            { arm: 'control' },
            { arm: 'control', orders: [{ amountMinor: 700, class: 'early', at: '1997-01-01T00:00:00.000Z' }] },
            { arm: 'control' },
            { rejected: 'party-erased' },
          ],
        }),
      ),
    );
    const { arms, effects, incrementalRevenue, roi, contamination } = await judged('small');
    expect(arms).toEqual([
      { arm: 'treatment', members: 4, contacted: 3, responses: 2, conversions: 2, revenue: usd(5_500), cost: usd(150) },
      { arm: 'control', members: 4, contacted: 0, responses: 1, conversions: 1, revenue: usd(1_200), cost: usd(0) },
    ]);
    expect(effects.map(({ metric, effect, method, against }) => [metric, effect, method, against])).toEqual([
      ['response', 0.25, 'newcombe', 'control'],
      ['conversion', 0.25, 'newcombe', 'control'],
      ['revenue-per-member', 5_500 / 4 - 1_200 / 4, 'welch', 'control'],
    ]);
    expect(incrementalRevenue).toEqual(usd(4_300));
    expect(roi).toBeCloseTo((4_300 - 150) / 150, 10);
    expect(contamination).toBe(0);
  });

  it('earns the margin of the business rules, and names their version', async () => {
    const members = [
      { arm: 'treatment', orders: [{ amountMinor: 1_000 }] },
      { arm: 'treatment', orders: [{ amountMinor: 3_000 }] },
      { arm: 'control' },
      { arm: 'control' },
    ];
    await projectLoops(database.pool, feedEvents(campaignTold({ name: 'margin', members })));
    const facts = await factsOf('margin');
    expect(judgeCampaign(facts, { version: 4, marginRate: 0.25 })).toMatchObject({
      incrementalRevenue: usd(4_000),
      roi: (4_000 * 0.25 - 100) / 100,
      businessRulesVersion: 4,
    });
    expect(judgeCampaign(facts, DEFAULT_RULES)).toMatchObject({ roi: (4_000 - 100) / 100, businessRulesVersion: 0 });
  });

  it('has no number where nothing can be compared', async () => {
    const plan = { control: { fraction: 0, waived: true }, costPerContact: usd(0) };
    await projectLoops(
      database.pool,
      feedEvents(
        campaignTold({ name: 'waived', plan, members: [{ arm: 'treatment', orders: [{ amountMinor: 100 }] }] }),
      ),
    );
    const { arms, effects, incrementalRevenue, roi } = await judged('waived');
    expect(arms.map(({ arm, members }) => [arm, members])).toEqual([
      ['treatment', 1],
      ['control', 0],
    ]);
    for (const effect of effects)
      expect(effect).toMatchObject({
        effect: null,
        interval: null,
        p: null,
        pAdjusted: null,
        verdict: 'not-measurable',
      });
    expect([incrementalRevenue, roi]).toEqual([null, null]);
  });

  it('claims nothing when the arms are too small for the effect that matters', async () => {
    const members = [...many(8, { arm: 'treatment', orders: [{ amountMinor: 100 }] }), ...many(8, { arm: 'control' })];
    await projectLoops(
      database.pool,
      feedEvents(
        campaignTold({
          name: 'tiny',
          members,
          plan: { response: { windowDays: 273, conversion: 'order', minimumEffect: 0.05 } },
        }),
      ),
    );
    const verdicts = (await judged('tiny')).effects.map(({ metric, verdict }) => [metric, verdict]);
    expect(verdicts).toContainEqual(['conversion', 'not-measurable']);
    expect(verdicts).toContainEqual(['response', 'positive']);
  });

  it('says how many of the control group were contacted by something else in the window', async () => {
    const quiet: Story = { name: 'own', members: many(4, { arm: 'control' }) };
    await projectLoops(database.pool, feedEvents(campaignTold(quiet)));
    const [first, second, third] = [0, 1, 2].map((index) => storyParty('own', index));
    const contact = (partyId: string | undefined, at: string, direction: string, interactionId: string) =>
      ({
        service: 'service',
        type: 'crm.service.contact-made.v1',
        key: partyId ?? '',
        data: { interactionId, partyId, channel: 'call', direction, at },
      }) as const;
    const id = (number: number) => `00000000-0000-4000-8000-00000000000${String(number)}`;
    await projectLoops(
      database.pool,
      feedEvents([
        contact(first, '1997-10-05T10:00:00.000Z', 'outbound', id(1)),
        contact(first, '1997-10-06T10:00:00.000Z', 'outbound', id(2)),
        contact(second, '1997-10-05T10:00:00.000Z', 'inbound', id(3)),
        contact(third, '1997-09-05T10:00:00.000Z', 'outbound', id(4)),
      ]),
    );
    const other = feedEvents(campaignTold({ name: 'other', members: [{ arm: 'treatment' }] }));
    const fourth = storyParty('own', 3);
    await projectLoops(
      database.pool,
      JSON.parse(JSON.stringify(other, text).replaceAll(storyParty('other', 0), fourth)),
    );
    expect((await judged('own')).contamination).toBe(2);
  });
});

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

const PLANT = `WITH member AS (
    INSERT INTO loop_member (loop_id, party_id, arm, outcome)
    SELECT $1, md5($2 || n)::uuid, $2, CASE WHEN $2 <> 'control' THEN 3 END FROM generate_series(1, $3::int) n
  ), answer AS (
    INSERT INTO loop_response (loop_id, response_id, party_id, class, lane, position)
    SELECT $1, md5($2 || 'visit' || n)::uuid, md5($2 || n)::uuid, 'response', 0, n FROM generate_series(1, $4::int) n
  )
  INSERT INTO loop_response (loop_id, response_id, party_id, class, revenue_minor, lane, position)
  SELECT $1, md5($2 || 'order' || n)::uuid, md5($2 || n)::uuid, 'conversion', $6::int / $5::int + (n <= $6::int % $5::int)::int, 0, n
  FROM generate_series(1, $5::int) n`;

describe('the result of an e-mail test with 64,000 members', () => {
  it('has the published lifts, and takes a second or two', async () => {
    const loopId = loopIdOf('hillstrom');
    await database.pool.query('INSERT INTO campaign (campaign_id, plan) VALUES ($1, $2)', [
      campaignIdOf('hillstrom'),
      aPlan({
        arms: [
          { name: 'mens', share: 0.5 },
          { name: 'womens', share: 0.5 },
        ],
        costPerContact: usd(10),
        response: { windowDays: 14, conversion: 'order' },
      }),
    ]);
    await database.pool.query(
      `INSERT INTO loop (loop_id, campaign_id, began_at, origin, started_at, chunks, accepted, rejected) VALUES ($1, $2, $3, 'elsewhere', $3, 128, 64000, 0)`,
      [loopId, campaignIdOf('hillstrom'), STARTED_AT],
    );
    for (const [arm, members, visits, conversions, spend] of [
      ['mens', 21_307, 3_894, 267, 3_031_169],
      ['womens', 21_387, 3_238, 189, 2_303_811],
      ['control', 21_306, 2_262, 122, 1_390_833],
    ] as const)
      await database.pool.query(PLANT, [loopId, arm, members, visits, conversions, spend]);
    const { arms, effects, roi, incrementalRevenue } = await judged('hillstrom');
    expect(
      arms.map(({ arm, members, contacted, responses, conversions, revenue }) => [
        arm,
        members,
        contacted,
        responses,
        conversions,
        revenue.amountMinor,
      ]),
    ).toEqual([
      ['mens', 21_307, 21_307, 3_894, 267, 3_031_169],
      ['womens', 21_387, 21_387, 3_238, 189, 2_303_811],
      ['control', 21_306, 0, 2_262, 122, 1_390_833],
    ]);
    const effect = (arm: string, metric: string) => effects.find((one) => one.arm === arm && one.metric === metric);
    expect(effect('mens', 'response')?.effect).toBeCloseTo(0.0766, 4);
    expect(effect('mens', 'response')?.interval?.[0]).toBeCloseTo(0.07, 4);
    expect(effect('womens', 'response')?.interval?.[1]).toBeCloseTo(0.0516, 4);
    expect(effect('mens', 'revenue-per-member')?.effect).toBeCloseTo(76.98, 1);
    expect(effect('womens', 'revenue-per-member')?.effect).toBeCloseTo(42.44, 1);
    expect(effects.every(({ verdict }) => verdict === 'positive')).toBe(true);
    const cost = (21_307 + 21_387) * 10;
    expect(roi).toBeCloseTo((incrementalRevenue!.amountMinor - cost) / cost, 4);
  });
});

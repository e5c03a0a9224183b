import { deriveId, inSnapshot } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../business-rules/business-rules.js';
import { campaignFacts } from '../campaign-result/arm-rows.js';
import { judgeCampaign } from '../campaign-result/judge-campaign.js';
import type { CaseOpened, ContactEvent } from '../contact/contact-events.js';
import { contactsProjection } from '../contact/contacts.projection.js';
import { loopsProjection } from '../loop/loops.projection.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import {
  campaignIdOf,
  campaignTold,
  feedEvents,
  projectInto,
  projectLoops,
  type Story,
  type Told,
} from '../spec-kit/loop-story.js';
import { orderEvents, project } from '../spec-kit/orders.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import { campaignEffect, channelEffect } from './campaign-kpis.js';
import { customerKpis } from './customer-kpis.js';
import type { Finding, KpiPeriod } from './kpi.js';
import { profitability } from './profitability.js';

type Contact = ContactEvent | CaseOpened;

const OCTOBER: KpiPeriod = {
  from: '1997-10-01',
  to: '1997-10-31',
  previous: { from: '1997-08-31', to: '1997-09-30' },
};
const LATER: KpiPeriod = {
  from: '1999-10-01',
  to: '1999-10-31',
  previous: { from: '1999-08-31', to: '1999-09-30' },
};

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const tables = [warehouseProjection, contactsProjection, loopsProjection].flatMap((one) => one.tables);
  await database.pool.query(`TRUNCATE ${tables.join(', ')}`);
});

const ask = <Answer>(question: (tx: Parameters<typeof customerKpis>[0]) => Promise<Answer>): Promise<Answer> =>
  inSnapshot(database.pool, question);
const buy = (...list: readonly (readonly [customer: string, date: string, amountMinor?: number])[]): Promise<void> =>
  project(
    database.pool,
    orderEvents(
      list.map(([customer, date, amountMinor = 100], index) => ({ customer, date, amountMinor, ref: String(index) })),
    ),
  );
const contact = (
  id: string,
  type: Contact['type'],
  data: Readonly<Record<string, unknown>>,
): Told<Contact['type']> => ({
  service: 'service',
  type,
  key: id,
  data: { partyId: deriveId('spec-party', id), channel: 'call', at: '1997-10-05T10:00:00.000Z', ...data },
});

async function runCampaign(story: Story): Promise<void> {
  const told = campaignTold(story);
  await projectLoops(database.pool, feedEvents(told));
  const presented = told.filter(({ type }) => type === 'crm.marketing.treatment-presented.v1');
  await projectInto(contactsProjection, database.pool, feedEvents<Contact>(presented as never));
}

/** Keeps a version of a campaign's result, as its events would. */
async function judge(name: string, version: number): Promise<void> {
  const facts = await ask((tx) => campaignFacts(tx, campaignIdOf(name)));
  await database.pool.query(
    `INSERT INTO campaign_result (campaign_id, version, computed_at, reason, closed, loops, result, at) VALUES ($1, $2, now(), 'closed', true, '[]', $3, now())`,
    [campaignIdOf(name), version, judgeCampaign(facts!, DEFAULT_RULES)],
  );
}

describe('customers in a period', () => {
  it('are new, kept or lost by when they bought', async () => {
    await buy(
      ['kept', '1997-08-31'],
      ['kept', '1997-10-31'],
      ['lost', '1997-09-30'],
      ['returned', '1997-09-01'],
      ['returned', '1997-10-02', -100],
      ['new', '1997-10-01'],
      ['back', '1997-08-30'],
      ['back', '1997-10-10'],
      ['after', '1997-11-01'],
    );
    expect(await ask((tx) => customerKpis(tx, OCTOBER))).toEqual({
      K03: { numerator: 1, denominator: 3 },
      K04: { numerator: 1, denominator: 3 },
      K05: { numerator: 2, denominator: 3 },
    });
  });

  it('say nothing when there were none', async () => {
    expect(await ask((tx) => customerKpis(tx, OCTOBER))).toEqual({
      K03: { numerator: 0, denominator: 0, reason: 'nobody-active' },
      K04: { numerator: 0, denominator: 0, reason: 'nobody-before' },
      K05: { numerator: 0, denominator: 0, reason: 'nobody-before' },
    });
  });
});

describe('campaigns in a period', () => {
  const members = [
    { arm: 'treatment', orders: [{ amountMinor: 100 }] },
    { arm: 'treatment', orders: [{ amountMinor: 100, class: 'late' as const }] },
    { arm: 'control' },
    { arm: 'control' },
  ];
  const SEPTEMBER: KpiPeriod = { ...OCTOBER, from: '1997-09-01', to: '1997-09-30' };

  it('brought about what goes beyond control, by the newest results', async () => {
    await runCampaign({ name: 'one', members });
    await judge('one', 1);
    await judge('one', 2);
    const campaignId = campaignIdOf('one');
    expect(await ask((tx) => campaignEffect(tx, SEPTEMBER))).toEqual({
      numerator: 1,
      denominator: 2,
      parts: [{ key: campaignId, value: 0.5, numerator: 1, denominator: 2 }],
      results: [{ campaignId, version: 2 }],
    });
    expect(await ask((tx) => campaignEffect(tx, OCTOBER))).toMatchObject({ reason: 'no-result', results: [] });
  });

  it('have no effect that can be told without a control group', async () => {
    await runCampaign({ name: 'two', members: members.slice(0, 2) });
    await judge('two', 1);
    expect(await ask((tx) => campaignEffect(tx, SEPTEMBER))).toMatchObject({
      reason: 'no-result',
      parts: [{ value: null, denominator: 0 }],
    });
  });

  it('were answered by channel, in the window', async () => {
    await runCampaign({ name: 'one', members });
    expect(await ask((tx) => channelEffect(tx, OCTOBER))).toEqual({
      numerator: 1,
      denominator: 2,
      parts: [{ key: 'recorder', value: 0.5, numerator: 1, denominator: 2 }],
    });
    expect(await ask((tx) => channelEffect(tx, LATER))).toMatchObject({ reason: 'no-contacts' });
  });

  it('cost what they say, other contacts and cases what the rules say', async () => {
    await runCampaign({ name: 'one', members });
    await buy(
      ['ada', '1997-10-01', 9_000],
      ['ada', '1997-10-02', -1_000],
      ['bo', '1997-10-31', 2_000],
      ['bo', '1997-11-01'],
    );
    await projectInto(
      contactsProjection,
      database.pool,
      feedEvents<Contact>([
        contact('in', 'crm.service.contact-made.v1', { interactionId: deriveId('i', 'in'), direction: 'inbound' }),
        contact('case', 'crm.service.case-opened.v1', {
          caseId: deriveId('c', 'case'),
          kind: 'query',
          priority: 'normal',
          openedAt: '1997-10-31T23:59:59.000Z',
        }),
      ]),
    );
    const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
    const costs = { costPerOccasion: usd(10), costPerContact: usd(7), costPerCase: usd(300) };
    const rules = { ...DEFAULT_RULES, ...costs, version: 1, marginRate: 0.5 };
    const found: Finding = await ask((tx) => profitability(tx, OCTOBER, rules));
    expect(found).toEqual({
      numerator: 10_000 * 0.5 - 2 * 10 - 2 * 50 - 7 - 300,
      denominator: 10_000,
      currency: 'USD',
      businessRulesVersion: 1,
    });
  });
});

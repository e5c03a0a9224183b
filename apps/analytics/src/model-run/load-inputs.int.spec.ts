import { inSnapshot } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES, type BusinessRules } from '../business-rules/business-rules.js';
import type { CaseOpened, ContactEvent } from '../contact/contact-events.js';
import { contactsProjection } from '../contact/contacts.projection.js';
import { profitability } from '../kpi/profitability.js';
import { loopsProjection } from '../loop/loops.projection.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import {
  campaignTold,
  feedEvents,
  projectInto,
  projectLoops,
  storyParty,
  type Story,
  type Told,
} from '../spec-kit/loop-story.js';
import { customerId, orderEvents, project } from '../spec-kit/orders.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import { channelModel } from './channel-model.js';
import { loadInputs, profitRulesOf } from './load-inputs.js';
import type { ModelInputs } from './model-inputs.js';
import type { ScoringModel } from './model.js';
import { profitabilityModel } from './profitability-model.js';

type Contact = ContactEvent | CaseOpened;

const OCTOBER_END = '1997-10-31T23:59:59.999Z';

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const tables = [warehouseProjection, contactsProjection, loopsProjection].flatMap((one) => one.tables);
  await database.pool.query(`TRUNCATE ${tables.join(', ')}`);
});

const inputsAt = (model: ScoringModel, asOf: string, rules: BusinessRules = DEFAULT_RULES): Promise<ModelInputs> =>
  loadInputs(database.pool, model, { asOf, now: Date.now(), parameters: {}, rules: profitRulesOf(rules) });

async function runCampaign(story: Story): Promise<void> {
  const told = campaignTold(story);
  await projectLoops(database.pool, feedEvents(told));
  const presented = told.filter(({ type }) => type === 'crm.marketing.treatment-presented.v1');
  await projectInto(contactsProjection, database.pool, feedEvents<Contact>(presented as never));
}

describe('the inputs of profitability', () => {
  const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
  const costs = { costPerOccasion: usd(100), costPerContact: usd(40), costPerCase: usd(500) };
  const rules = { ...DEFAULT_RULES, ...costs, version: 2, marginRate: 0.5 };
  const service = (type: Contact['type'], data: Told['data']): Told<Contact['type']> => {
    const partyId = customerId('ada');
    return { service: 'service', type, key: partyId, data: { partyId, channel: 'call', ...data } };
  };
  const called = (id: string, at: string): Told<Contact['type']> =>
    service('crm.service.contact-made.v1', { interactionId: id, direction: 'outbound', at });

  it('take contacts of a campaign at its own cost and others at that of the rules, so that K22 is what they add up to', async () => {
    const bo = storyParty('spring', 0);
    await runCampaign({
      name: 'spring',
      members: [{ arm: 'treatment' }],
      plan: { costPerContact: usd(150) },
    });
    const opened = { caseId: customerId('case'), kind: 'query', priority: 'normal' };
    const openedAt = '1997-10-06T10:00:00.000Z';
    await projectInto(
      contactsProjection,
      database.pool,
      feedEvents<Contact>([
        called(customerId('one call'), '1997-10-05T10:00:00.000Z'),
        called(customerId('another call'), '1997-10-31T23:00:00.000Z'),
        called(customerId('a later call'), '1997-11-01T00:00:00.000Z'),
        service('crm.service.case-opened.v1', { ...opened, openedAt, dueAt: openedAt }),
      ]),
    );
    const orders = orderEvents([
      { customer: 'ada', date: '1997-10-01', amountMinor: 10_000, ref: 'one' },
      { customer: 'bo', date: '1997-10-02', amountMinor: 2_000, ref: 'two' },
    ]);
    await project(
      database.pool,
      orders.map((event) => {
        const partyId = event.key === customerId('bo') ? bo : event.key;
        return { ...event, key: partyId, data: { ...event.data, partyId } };
      }),
    );

    const inputs = await inputsAt(profitabilityModel, OCTOBER_END, rules);
    const { scores, report } = profitabilityModel.score(inputs, {});
    const profits = new Map(scores.map(({ partyId, values }) => [partyId, values['profit']]));
    expect(profits.get(customerId('ada'))).toBe(10_000 * 0.5 - 100 - 2 * 40 - 500);
    expect(profits.get(bo)).toBe(2_000 * 0.5 - 100 - 150);
    const period = { from: '1997-10-01', to: '1997-10-31', previous: { from: '1997-09-01', to: '1997-09-30' } };
    const k22 = await inSnapshot(database.pool, (tx) => profitability(tx, period, rules));
    expect(report['total']).toBe(k22.numerator);
  });
});

describe('the inputs of channels', () => {
  const autumn: Story = {
    name: 'autumn',
    members: [
      { arm: 'treatment', orders: [{ amountMinor: 700, at: '1997-10-10T10:00:00.000Z' }] },
      { arm: 'treatment', orders: [{ amountMinor: 900, at: '1997-12-01T10:00:00.000Z' }] },
      { arm: 'control', orders: [{ amountMinor: 300, at: '1997-11-20T10:00:00.000Z' }] },
    ],
  };
  const armsAt = async (asOf: string) =>
    (await inputsAt(channelModel, asOf)).arms.map(
      ({ arm, members, contacted, responses, conversions, revenue, cost }) => ({
        ...{ arm, members, contacted, responses, conversions, revenue, cost },
      }),
    );
  const control = { arm: 'control', members: 1, contacted: 0, cost: 0 };
  const treatment = { arm: 'treatment', members: 2 };
  const noAnswer = { responses: 0, conversions: 0, revenue: 0 };

  it('hold what had come by then of a campaign, not what came later', async () => {
    await runCampaign(autumn);
    expect(await armsAt('1997-09-30T12:00:00.000Z')).toEqual([]);
    expect(await armsAt('1997-10-01T08:59:59.999Z')).toEqual([
      { ...control, ...noAnswer },
      { ...treatment, ...noAnswer, contacted: 0, cost: 0 },
    ]);
    const reached = { ...treatment, contacted: 2, cost: 100 };
    expect(await armsAt(OCTOBER_END)).toEqual([
      { ...control, ...noAnswer },
      { ...reached, responses: 1, conversions: 1, revenue: 700 },
    ]);
    expect(await armsAt('1998-01-01T00:00:00.000Z')).toEqual([
      { ...control, responses: 1, conversions: 1, revenue: 300 },
      { ...reached, responses: 2, conversions: 2, revenue: 1_600 },
    ]);
  });
});

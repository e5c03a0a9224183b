import { deriveId } from '@crm/event-sourcing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loopsProjection } from '../loop/loops.projection.js';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import {
  campaignIdOf,
  campaignTold,
  feedEvents,
  loopIdOf,
  projectInto,
  projectLoops,
  storyParty,
  type Told,
} from '../spec-kit/loop-story.js';
import type { CaseOpened, ContactEvent } from './contact-events.js';
import { CONTACTS_HAD } from './contacts-had.js';
import { contactsProjection } from './contacts.projection.js';

type Event = ContactEvent | CaseOpened;

const AT = '1997-10-02T10:00:00.000Z';
const party = storyParty('call', 0);
const treatmentId = deriveId('treatment', campaignIdOf('call'), loopIdOf('call'), party);
const interactionId = deriveId('spec-interaction', 'one');

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`TRUNCATE ${[...contactsProjection.tables, ...loopsProjection.tables].join(', ')}`);
});

const told = (
  service: Told['service'],
  type: Event['type'],
  data: Readonly<Record<string, unknown>>,
): Told<Event['type']> => ({ service, type, key: party, data: { partyId: party, at: AT, ...data } });

const treatment = { treatmentId, campaignId: campaignIdOf('call'), waveId: loopIdOf('call'), arm: 'treatment' };
const presented = told('marketing', 'crm.marketing.treatment-presented.v1', { ...treatment, channel: 'call' });
const undetermined = told('marketing', 'crm.marketing.treatment-undetermined.v1', { ...treatment, channel: 'call' });
const reached = told('sales', 'crm.sales.task-reached.v1', { treatmentId, taskId: deriveId('spec-task', 'one') });
const call = { interactionId, channel: 'call', direction: 'outbound' };
const made = told('service', 'crm.service.contact-made.v1', call);
const ended = told('service', 'crm.service.interaction-ended.v1', {
  ...call,
  startedAt: AT,
  endedAt: AT,
  outcome: 'answered',
});
const opened = told('service', 'crm.service.case-opened.v1', {
  caseId: deriveId('spec-case', 'one'),
  ...{ kind: 'query', priority: 'normal', channel: 'call', openedAt: AT, dueAt: AT },
});

const project = (...list: readonly Told<Event['type']>[]): Promise<void> =>
  projectInto(contactsProjection, database.pool, feedEvents<Event>(list));
const contacts = async (): Promise<readonly Record<string, unknown>[]> =>
  (
    await database.pool.query<Record<string, unknown>>(
      `SELECT contact_id, channel, direction, cost_minor, currency FROM ${CONTACTS_HAD} c ORDER BY contact_id`,
    )
  ).rows;
const tables = async (): Promise<readonly unknown[]> =>
  Promise.all(
    contactsProjection.tables.map(
      async (table) => (await database.pool.query<object>(`SELECT * FROM ${table} t ORDER BY t::text`)).rows,
    ),
  );

describe('contacts', () => {
  it('count once, whoever told of them, and cost what their campaign says', async () => {
    await projectLoops(database.pool, feedEvents(campaignTold({ name: 'call', members: [] })));
    await project(reached, undetermined, presented);
    expect(await contacts()).toEqual([
      { contact_id: treatmentId, channel: 'call', direction: 'outbound', cost_minor: 50n, currency: 'USD' },
    ]);
  });

  it('are known before marketing tells of the treatment, without a campaign', async () => {
    await project(reached);
    expect(await contacts()).toEqual([
      { contact_id: treatmentId, channel: null, direction: 'outbound', cost_minor: null, currency: null },
    ]);
  });

  it('are those of the treatment when a call was made for it', async () => {
    await project({ ...made, data: { ...made.data, treatmentId } });
    expect((await contacts()).map((row) => row['contact_id'])).toEqual([interactionId]);
    await project(presented);
    expect((await contacts()).map((row) => row['contact_id'])).toEqual([treatmentId]);
  });

  it('are none when all that is known is that an interaction ended', async () => {
    await project(ended);
    expect(await contacts()).toEqual([]);
    await project(made);
    expect(await contacts()).toHaveLength(1);
  });

  it('belong to a known customer', async () => {
    await project({ ...ended, data: { ...ended.data, partyId: undefined } });
    expect((await database.pool.query('SELECT FROM contact_fact')).rowCount).toBe(0);
  });

  it('and cases are the same rows in any order, in any batches, told twice', async () => {
    const events = feedEvents<Event>([presented, undetermined, reached, made, ended, opened]);
    await projectInto(contactsProjection, database.pool, events);
    const expected = await tables();
    expect(expected.map((rows) => (rows as readonly unknown[]).length)).toEqual([5, 1]);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
        fc.integer({ min: 1, max: 12 }),
        async (list, batch) => {
          await database.pool.query(`TRUNCATE ${contactsProjection.tables.join(', ')}`);
          await projectInto(contactsProjection, database.pool, list, batch);
          expect(await tables()).toEqual(expected);
        },
      ),
      { numRuns: 15 },
    );
  });
});

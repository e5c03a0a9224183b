import { deriveId, newId } from '@crm/event-sourcing';
import { until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ResponseView } from './response/response.view.js';
import type { TreatmentView, TreatmentWhy } from './treatment/treatment.view.js';
import type { WaveMemberView } from './wave/wave.view.js';
import { aDelivery, aPlan, AS_OF, partyId } from './spec-kit/campaigns.js';
import { startMarketing } from './spec-kit/marketing.js';
import { granted, permissionDesk, say } from './spec-kit/neighbours.js';

const members = Array.from({ length: 40 }, (_, index) => partyId(index));
const { desk, service: customerInformation } = permissionDesk();
let services: TestServices;

beforeAll(async () => {
  services = await startMarketing(customerInformation);
});
afterAll(() => services.stop());
beforeEach(() => {
  desk.answer = granted;
  desk.down = false;
  desk.asked.length = 0;
});

const post = (path: string, body: unknown = {}, headers = {}) => services.send('marketer', 'POST', path, body, headers);
const get = (path: string, readAfter?: string) =>
  services.send('marketer', 'GET', path, undefined, readAfter === undefined ? {} : { 'read-after': readAfter });

async function plan(changes: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await post('/v1/campaigns', aPlan(changes));
  expect(status).toBe(201);
  return body.id as string;
}

async function deliver(campaignId: string, parties = members, asOf = AS_OF): Promise<string> {
  const loopId = newId();
  for (const { type, data } of aDelivery({ campaignId, loopId, members: parties, asOf, size: 15 }))
    await say(services.service('analytics').context, type, loopId, data);
  await services.settled();
  return loopId;
}

const statesOf = async (waveId: string): Promise<Record<string, number>> =>
  (await get(`/v1/waves/${waveId}`)).body.treatments as Record<string, number>;

const itemsOf = async <Item>(path: string): Promise<readonly Item[]> => (await get(path)).body.items as readonly Item[];

async function order(party: string, orderedAt: string, amountMinor = 1000): Promise<void> {
  const orderId = newId();
  const data = {
    orderId,
    orderRef: orderId,
    partyId: party,
    orderedAt,
    localDate: orderedAt.slice(0, 10),
    total: { amountMinor, currency: 'USD' },
  };
  await say(services.service('sales').context, 'crm.sales.order-placed.v1', party, data);
}

describe('a delivered wave', () => {
  it('is loaded as drawn, presented once approved, and complete when nothing is open', async () => {
    const campaignId = await plan();
    const waveId = await deliver(campaignId);
    const loaded = (await get(`/v1/waves/${waveId}`)).body;
    expect(loaded).toMatchObject({
      status: 'loaded',
      origin: 'delivered',
      startedAt: AS_OF,
      counts: { accepted: 40, rejected: 0, chunks: 3 },
    });
    const { control, arms } = loaded.counts as { control: number; arms: { treatment: number } };
    expect(control + arms.treatment).toBe(40);
    const [first, second] = (await get(`/v1/waves/${waveId}/members?filter=arm[eq]:treatment`)).body.items;
    desk.answer = ({ partyId: asked }) => {
      if (asked === first.partyId)
        return { outcome: 'denied', reasons: [{ rule: 'consent', outcome: 'denied', eventIds: [newId()] }] };
      const later = {
        outcome: 'not-now',
        retryAt: '1997-10-01T09:00:00.000Z',
        reasons: [{ rule: 'quiet-hours', outcome: 'not-now', eventIds: [] }],
      };
      return asked === second.partyId && desk.asked.filter((item) => item.partyId === asked).length === 1
        ? later
        : granted();
    };
    expect((await post(`/v1/campaigns/${campaignId}/approve`)).status).toBe(200);
    await services.settled();
    expect(await statesOf(waveId)).toEqual({ presented: arms.treatment - 1, skipped: 1 });
    expect(new Set(desk.asked.map(({ at }) => at))).toEqual(new Set([AS_OF, '1997-10-01T09:00:00.000Z']));
    expect((await get(`/v1/campaigns/${campaignId}`)).body.status).toBe('running');
    const treated = (await get(`/v1/treatments?filter=waveId[eq]:${waveId},partyId[eq]:${second.partyId}`)).body
      .items[0];
    const why = (await get(`/v1/treatments/${treated.treatmentId}/why`)).body;
    expect(why).toMatchObject({
      state: 'presented',
      list: { targetListId: waveId, rank: second.rank },
      predicate: { values: { 'bg-nbd.pAlive': 0.4 } },
      draw: { by: 'hash', controlFraction: 0.2 },
    });
    expect((why as TreatmentWhy).events.map(({ type }) => type)).toEqual([
      'TreatmentAssigned',
      'TreatmentPostponed',
      'TreatmentAttempted',
      'TreatmentPresented',
    ]);
    const asked = new Set(desk.asked.map((item) => item.partyId));
    const untreated = await itemsOf<WaveMemberView>(`/v1/waves/${waveId}/members?filter=arm[eq]:control`);
    expect(untreated.some((member) => asked.has(member.partyId))).toBe(false);
    const { rows } = await services
      .service('marketing')
      .context.pool.query('SELECT count(*)::int AS count FROM app.recorder WHERE wave_id = $1', [waveId]);
    expect(rows[0].count).toBe(arms.treatment - 1);
    await until(
      async () => (await get(`/v1/campaigns/${campaignId}/waves?filter=status[eq]:complete`)).body.items.length === 1,
    );
  });

  it('rejects members with the reason: unknown campaign, closed campaign, already in a running wave', async () => {
    const unknown = await deliver(newId());
    expect((await get(`/v1/waves/${unknown}`)).body).toMatchObject({
      counts: { accepted: 0, rejected: 40 },
      rejected: { 'campaign-unknown': 40 },
    });
    const campaignId = await plan();
    await deliver(campaignId, members.slice(0, 30));
    const second = await deliver(campaignId);
    expect((await get(`/v1/waves/${second}`)).body).toMatchObject({
      counts: { accepted: 10 },
      rejected: { 'in-running-wave': 30 },
    });
    await post(`/v1/campaigns/${campaignId}/close`);
    await services.settled();
    const third = await deliver(campaignId);
    expect((await get(`/v1/waves/${third}`)).body.rejected).toEqual({ 'campaign-closed': 40 });
    const { skipped, ...others } = await statesOf(second);
    expect([skipped! > 0, others]).toEqual([true, {}]);
  });

  it('waits while the campaign is paused, and while nobody can say whether the contact is permitted', async () => {
    const campaignId = await plan();
    await post(`/v1/campaigns/${campaignId}/approve`);
    await post(`/v1/campaigns/${campaignId}/pause`);
    const waveId = await deliver(campaignId);
    expect((await get(`/v1/waves/${waveId}`)).body.status).toBe('loaded');
    desk.answer = () => ({ outcome: 'not-now', reasons: [{ rule: 'incomplete', outcome: 'not-now', eventIds: [] }] });
    await post(`/v1/campaigns/${campaignId}/resume`);
    await services.settled();
    expect(Object.keys(await statesOf(waveId))).toEqual(['assigned']);
  });
});

describe('a wave that is worked off by people', () => {
  it('is assigned to the department, and settled by what became of its tasks', async () => {
    const people = Array.from({ length: 12 }, (_, index) => partyId(700 + index));
    const now = new Date().toISOString();
    const period = { from: '2026-01-01T00:00:00Z', to: '2126-01-01T00:00:00Z' };
    const campaignId = await plan({ channel: 'call', period, control: { fraction: 0.1 } });
    await post(`/v1/campaigns/${campaignId}/approve`);
    const waveId = await deliver(campaignId, people, now);
    const [reached, denied, givenUp] = await itemsOf<TreatmentView>(`/v1/treatments?filter=waveId[eq]:${waveId}`);
    expect(reached).toMatchObject({ state: 'assigned', assignTo: 'sales' });
    const outcome = (treatment: TreatmentView | undefined, type: string, more: object = {}): Promise<void> => {
      const data = {
        taskId: newId(),
        treatmentId: treatment?.treatmentId,
        partyId: treatment?.partyId,
        at: now,
        ...more,
      };
      return say(services.service('sales').context, `crm.sales.${type}.v1`, treatment?.partyId ?? '', data);
    };
    await outcome(reached, 'task-reached');
    await outcome(denied, 'task-denied', { reasons: [{ rule: 'consent', outcome: 'denied', eventIds: [] }] });
    await outcome(givenUp, 'task-given-up', { reason: 'no-answer' });
    await services.settled();
    const stateOf = async (treatment: TreatmentView | undefined): Promise<unknown> => {
      const { state, reason } = (await get(`/v1/treatments/${treatment?.treatmentId ?? ''}`)).body as TreatmentView;
      return [state, reason];
    };
    expect(await Promise.all([reached, denied, givenUp].map(stateOf))).toEqual([
      ['presented', null],
      ['skipped', 'consent'],
      ['skipped', 'no-answer'],
    ]);
    expect(desk.asked.filter(({ channel }) => channel === 'call')).toEqual([]);
  });
});

describe('responses', () => {
  it('counts orders in the window of a member, also those that came before the wave, and repeats by time', async () => {
    const campaignId = await plan();
    const others = Array.from({ length: 20 }, (_, index) => partyId(500 + index));
    const early = others[0]!;
    await order(early, '1997-12-01T10:00:00.000Z', 500);
    await order(early, '1997-09-01T10:00:00.000Z', 700);
    await order(partyId(999), '1997-12-01T10:00:00.000Z');
    await services.settled();
    const waveId = await deliver(campaignId, others);
    await order(early, '1997-11-01T10:00:00.000Z', 300);
    await services.settled();
    const items = await itemsOf<ResponseView>(`/v1/responses?filter=waveId[eq]:${waveId}&order=at`);
    expect(items.map((item) => [item.at, item.class, item.revenue?.amountMinor, item.rule])).toEqual([
      ['1997-11-01T10:00:00.000Z', 'conversion', 300, 'window'],
      ['1997-12-01T10:00:00.000Z', 'repeat', 500, 'window'],
    ]);
    expect((await get(`/v1/responses?filter=partyId[eq]:${partyId(999)}`)).body.items).toEqual([]);
  });

  it('are facts: repeated, in conflict, unmatched, and matched when a late list appears', async () => {
    const person = partyId(2000);
    const response = {
      responseRef: 'r-1',
      partyId: person,
      kind: 'interested',
      at: '1997-12-01T10:00:00Z',
      channel: 'web',
      note: 'called me',
    };
    expect((await post('/v1/responses', response)).status).toBe(201);
    expect((await post('/v1/responses', response)).status).toBe(200);
    expect((await post('/v1/responses', { ...response, kind: 'declined' })).body.code).toBe('natural-key-conflict');
    await services.settled();
    const find = (): Promise<readonly ResponseView[]> =>
      itemsOf<ResponseView>(`/v1/responses?filter=partyId[eq]:${person}`);
    expect(await find()).toMatchObject([{ matched: false, class: null, note: 'called me', responseRef: 'r-1' }]);
    await deliver(await plan(), [person]);
    expect(await find()).toMatchObject([{ matched: true, rule: 'window', class: 'response' }]);
  });
});

describe('an amount in another currency than the campaign', () => {
  const inYen = { amountMinor: 900, currency: 'JPY' };
  const at = '1997-12-01T10:00:00Z';
  const answerOf = (person: string, more: object): object => ({
    ...{ responseRef: newId(), partyId: person, kind: 'order', at, channel: 'web', amount: inYen },
    ...more,
  });

  it('is refused where it is known whose response it is: by treatment, source code or window', async () => {
    const people = Array.from({ length: 12 }, (_, index) => partyId(3_000 + index));
    const campaignId = await plan({ offer: { code: 'IN-DOLLARS' } });
    await post(`/v1/campaigns/${campaignId}/approve`);
    const waveId = await deliver(campaignId, people);
    const [treated] = await itemsOf<TreatmentView>(`/v1/treatments?filter=waveId[eq]:${waveId}`);
    const { treatmentId, partyId: person } = treated!;
    for (const more of [{ treatmentId }, { sourceCode: 'IN-DOLLARS', at: '2001-01-01T00:00:00Z' }, {}])
      expect((await post('/v1/responses', answerOf(person, more))).body).toMatchObject({
        status: 422,
        code: 'currency-mismatch',
        errors: [{ pointer: '/amount/currency', code: 'currency-differs' }],
      });
    const items = [
      answerOf(person, { treatmentId }),
      answerOf(person, { amount: { amountMinor: 9, currency: 'USD' } }),
    ];
    const { outcomes } = (await post('/v1/responses/batch', { items })).body;
    expect(outcomes).toMatchObject([
      { status: 'rejected', problem: { code: 'currency-mismatch' } },
      { status: 'accepted' },
    ]);
  });

  it('that was taken before that is kept, is not counted, and says so', async () => {
    const person = partyId(3_100);
    const response = answerOf(person, { sourceCode: 'LATE-LIST' });
    expect((await post('/v1/responses', response)).status).toBe(201);
    const waveId = await deliver(await plan({ offer: { code: 'LATE-LIST' } }), [person]);
    expect(await itemsOf<ResponseView>(`/v1/responses?filter=waveId[eq]:${waveId}`)).toMatchObject([
      { class: 'conversion', revenue: null, problem: 'currency-mismatch', amount: inYen, sourceCode: 'LATE-LIST' },
    ]);
    expect((await post('/v1/responses', response)).status).toBe(200);
  });
});

describe('a wave from elsewhere', () => {
  const line = (number: number, arm: string, more: object = {}): object => ({
    partyRef: `test:${String(number)}`,
    arm,
    ...more,
  });
  const upload = (campaignId: string, lines: readonly object[], waveRef = 'w-1') =>
    services.send(
      'integration',
      'POST',
      `/v1/campaigns/${campaignId}/waves/import?waveRef=${waveRef}`,
      lines.map((one) => JSON.stringify(one)).join('\n'),
      {
        'content-type': 'application/x-ndjson',
      },
    );
  const presentedAt = '2008-03-20T09:00:00Z';
  const lines = [
    line(1, 'mens', { presentedAt, responses: [{ kind: 'visit' }, { kind: 'order', amountMinor: 1250 }] }),
    line(2, 'womens', { presentedAt }),
    line(3, 'control', {
      responses: [
        { kind: 'order', at: '2008-03-25T00:00:00Z', amountMinor: 900 },
        { kind: 'order', at: '2008-03-21T00:00:00Z', amountMinor: 100 },
      ],
    }),
    line(4, 'nobody'),
  ];
  const arms = [
    { name: 'mens', share: 0.5 },
    { name: 'womens', share: 0.5 },
  ];

  it('is taken over once, with treatments, responses and classes', async () => {
    const campaignId = await plan({ channel: 'email', arms, response: { windowDays: 14, conversion: 'order' } });
    const first = await upload(campaignId, lines);
    expect(first.body).toMatchObject({
      read: 4,
      accepted: 3,
      rejected: 1,
      rejects: [{ line: 4, code: 'arm-unknown', pointer: '/arm' }],
    });
    const waveId = deriveId('wave', campaignId, 'w-1');
    expect(first.body.waveId).toBe(waveId);
    const again = await upload(campaignId, [lines[0]!, line(2, 'mens', { presentedAt }), line(5, 'control')]);
    expect(again.body).toMatchObject({ accepted: 1, duplicates: 1, conflicts: 1 });
    await services.settled();
    expect((await get(`/v1/waves/${waveId}`)).body).toMatchObject({
      origin: 'elsewhere',
      startedAt: '2008-03-20T09:00:00.000Z',
      counts: { accepted: 4, control: 2, arms: { mens: 1, womens: 1 }, chunks: 2 },
      treatments: { presented: 2 },
    });
    const items = await itemsOf<ResponseView>(`/v1/responses?filter=waveId[eq]:${waveId}&order=at`);
    expect(items.map((item) => [item.arm, item.kind, item.class, item.revenue?.amountMinor])).toEqual(
      expect.arrayContaining([
        ['mens', 'visit', 'response', undefined],
        ['mens', 'order', 'conversion', 1250],
        ['control', 'order', 'conversion', 100],
        ['control', 'order', 'repeat', 900],
      ]),
    );
    expect(items).toHaveLength(4);
    expect(desk.asked.filter(({ channel }) => channel === 'email')).toEqual([]);
  });

  it('is taken over once when two imports of it run beside each other', async () => {
    const campaignId = await plan({ channel: 'email', arms });
    const many = Array.from({ length: 1_200 }, (_, number) => line(number, 'mens', { presentedAt }));
    const answers = await Promise.all([upload(campaignId, many), upload(campaignId, many)]);
    const sum = (field: string): number => answers.reduce((total, { body }) => total + (body[field] as number), 0);
    expect([sum('accepted'), sum('duplicates'), sum('conflicts')]).toEqual([1_200, 1_200, 0]);
    const { counts } = (
      await get(`/v1/waves/${deriveId('wave', campaignId, 'w-1')}`, answers[1].body.readAfter as string)
    ).body;
    expect(counts).toMatchObject({ accepted: 1_200, arms: { mens: 1_200 } });
  });
});

describe('read models', () => {
  it.each(['campaigns', 'waves', 'treatments', 'responses'])(
    '%s are the same when they are rebuilt from the events',
    async (name) => {
      await services.settled();
      const { body } = await services.send('admin', 'POST', `/v1/projections/marketing/${name}/rebuild`, {});
      expect(body).toMatchObject({ switched: true, difference: null });
    },
  );
});

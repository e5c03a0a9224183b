import { readFileSync } from 'node:fs';
import { newId } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServices, until, type TestAnswer, type TestServices } from '@crm/testing';
import type { ErasureReceipt } from '../src/erasure/erasure.query.js';
import { registerParty } from '../src/party/party.decider.js';
import type { StatedConsent } from '../src/party/party.events.js';
import { profileOf } from '../src/party/party-profile.js';
import { partyAggregate } from '../src/party/party.js';
import type { TimelineEntry } from '../src/timeline/timeline.query.js';
import { neighbours } from './spec-kit/neighbours.js';
import type { ConsentView } from '../src/contact-ledger/consents.query.js';
import type { PermissionAnswer } from '../src/contact-permission/permission.query.js';
import { customerInformationService } from '../src/customer-information-service.js';

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices([customerInformationService, ...neighbours]);
});
afterAll(() => services.stop());

const send: TestServices['send'] = (...request) => services.send(...request);
const minji = {
  kind: 'person',
  name: { full: '김민지', given: '민지', family: '김' },
  contactPoints: [
    { kind: 'email', value: 'Minji@Example.com', primary: true },
    { kind: 'phone', value: '010-1234-5678' },
  ],
  timeZone: 'Asia/Seoul',
  consents: [{ purpose: 'winback', channel: 'email', state: 'granted' }],
};

const itemsOf = <Item>({ body }: TestAnswer): readonly Item[] => body.items as readonly Item[];

async function registered(content: object = minji): Promise<string> {
  const answer = await send('integration', 'POST', '/v1/parties', content);
  expect(answer.status).toBe(201);
  return answer.body.id as string;
}

const check = (body: object): Promise<TestAnswer> => send('agent', 'POST', '/v1/contact-permissions/check', body);
const reserve = (...items: readonly object[]): Promise<TestAnswer> =>
  send('service', 'POST', '/v1/contact-permissions/reserve/batch', { items });

describe('a party', () => {
  it('is registered, read, corrected and read as it was', async () => {
    const answer = await send('integration', 'POST', '/v1/parties', {
      ...minji,
      partyRef: 'shop:1',
      occurredAt: '2020-01-01T00:00:00Z',
    });
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    const read = await send('agent', 'GET', `/v1/parties/${id}`);
    expect(read.body).toMatchObject({ partyId: id, kind: 'person', name: minji.name, partyRef: 'shop:1', version: 1 });
    expect(read.headers.get('etag')).toBe('"1"');

    const renamed = { name: { full: '이민지' }, occurredAt: '2021-01-01T00:00:00Z' };
    expect((await send('agent', 'PATCH', `/v1/parties/${id}`, renamed, { 'if-match': '"7"' })).status).toBe(412);
    expect((await send('agent', 'PATCH', `/v1/parties/${id}`, renamed, { 'if-match': '"1"' })).status).toBe(200);
    expect((await send('agent', 'GET', `/v1/parties/${id}`)).body.name).toEqual({ full: '이민지' });
    expect((await send('agent', 'GET', `/v1/parties/${id}?asOf=2020-06-01T00:00:00Z`)).body.name).toEqual(minji.name);
    expect((await send('agent', 'GET', `/v1/parties/${id}?asOf=2019-06-01T00:00:00Z`)).status).toBe(404);
    expect((await send('agent', 'GET', `/v1/parties/${id}?knownAt=2000-01-01T00:00:00Z`)).status).toBe(404);
  });

  it('is registered once; other content under its reference is in conflict', async () => {
    const content = { ...minji, partyRef: 'shop:2' };
    const id = await registered(content);
    const again = await send('integration', 'POST', '/v1/parties', content);
    expect([again.status, again.body.id, again.body.version]).toEqual([200, id, 1]);
    const other = await send('integration', 'POST', '/v1/parties', { ...content, locale: 'ko-KR' });
    expect([other.status, other.body.code]).toEqual([409, 'natural-key-conflict']);
  });

  it('is registered once under one Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'register-once' };
    const first = await send('integration', 'POST', '/v1/parties', minji, key);
    const again = await send('integration', 'POST', '/v1/parties', minji, key);
    expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
    const other = await send('integration', 'POST', '/v1/parties', { ...minji, locale: 'ko' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('has the id of its reference', async () => {
    const id = await registered({ ...minji, partyRef: 'shop:4' });
    const same = await send('integration', 'POST', '/v1/parties', { ...minji, partyRef: 'shop:4', partyId: id });
    expect(same.status).toBe(200);
    const partyId = '0b0e7c4e-1111-4222-8333-444455556667';
    const other = await send('integration', 'POST', '/v1/parties', { ...minji, partyRef: 'shop:5', partyId });
    expect([other.status, other.body.errors[0].pointer]).toEqual([400, '/partyId']);
  });

  it('keeps the consents stated with it, also when the registration was cut off before', async () => {
    const { context } = services.service('customer-information');
    const partyId = newId();
    const profile = profileOf({ kind: 'person', name: { full: '한결' }, consents: minji.consents as StatedConsent[] });
    await context.store.transact(partyAggregate, partyId, registerParty(profile, '2026-01-01T00:00:00.000Z'), {
      key: partyId,
    });
    await services.settled();
    expect((await send('agent', 'GET', `/v1/parties/${partyId}/consents`)).body.items).toMatchObject([
      {
        purpose: 'winback',
        channel: 'email',
        state: 'granted',
        source: 'registration',
        occurredAt: '2026-01-01T00:00:00.000Z',
      },
    ]);
  });

  it('refuses what is not of its form, without the values', async () => {
    const wrong = await send('integration', 'POST', '/v1/parties', { ...minji, kind: 'organization' });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/name']);
    const zone = await send('integration', 'POST', '/v1/parties', { ...minji, timeZone: 'Moon/Base' });
    expect([zone.status, JSON.stringify(zone.body).includes('Moon')]).toEqual([400, false]);
  });

  it('is found by address, number, reference and the beginnings of its name, and by nothing older', async () => {
    const content = {
      ...minji,
      partyRef: 'shop:3',
      name: { full: '박서연 Clara' },
      contactPoints: [
        { kind: 'email', value: 'clara@example.com' },
        { kind: 'phone', value: '010-9999-0000' },
      ],
    };
    const answer = await send('integration', 'POST', '/v1/parties', content);
    const id: string = answer.body.id;
    const found = async (query: string, readAfter: string): Promise<readonly string[]> =>
      itemsOf<{ partyId: string }>(
        await send('agent', 'GET', `/v1/parties?${query}`, undefined, { 'read-after': readAfter }),
      ).map((item) => item.partyId);
    for (const query of [
      'email=CLARA@example.com',
      `phone=${encodeURIComponent('+82 10 9999 0000')}`,
      'ref=shop:3',
      `name=${encodeURIComponent('cla 박서')}`,
    ])
      expect(await found(query, answer.body.readAfter)).toEqual([id]);
    expect(await found('email=nobody@example.com', answer.body.readAfter)).toEqual([]);
    expect(itemsOf(await send('agent', 'GET', '/v1/parties?ref=shop:3'))).toMatchObject([{ partyRef: 'shop:3' }]);
    const { pool } = services.service('customer-information').context;
    const kept = await pool.query('SELECT party_ref FROM rm.party_directory WHERE party_id = $1', [id]);
    expect(kept.rows).toEqual([{ party_ref: expect.stringMatching(/^enc:/) }]);
    const changed = await send('agent', 'PATCH', `/v1/parties/${id}`, { contactPoints: [] });
    expect(await found('email=clara@example.com', changed.body.readAfter)).toEqual([]);
    expect(await found('ref=shop:3', changed.body.readAfter)).toEqual([id]);
  });

  it('comes in batches and imports', async () => {
    const item = (n: number): object => ({ ...minji, partyRef: `bulk:${String(n)}` });
    const statuses = async (...items: readonly object[]): Promise<readonly string[]> => {
      const { body } = await send('integration', 'POST', '/v1/parties/batch', { items });
      return (body.outcomes as readonly { status: string }[]).map(({ status }) => status);
    };
    expect(await statuses(item(1), { ...item(2), kind: 'robot' })).toEqual(['accepted', 'rejected']);
    expect(await statuses(item(1), { ...item(1), locale: 'ko' })).toEqual(['duplicate', 'conflict']);
    const csv =
      'partyRef,kind,name.full,contactPoints.0.kind,contactPoints.0.value,consents.0.purpose,consents.0.channel,consents.0.state\n' +
      Array.from(
        { length: 2000 },
        (_, n) => `csv:${String(n)},person,이름 ${String(n)},email,c${String(n)}@example.com,winback,any,granted`,
      ).join('\n');
    const imported = await send('integration', 'POST', '/v1/parties/import', csv, { 'content-type': 'text/csv' });
    expect(imported.body).toMatchObject({ read: 2000, accepted: 2000, duplicates: 0, conflicts: 0, rejected: 0 });
    // Nobody is permitted anything while what they said is still to be heard.
    await services.settled();
  });
});

describe('consents and permission', () => {
  it('denies what nobody allowed, and says by which events', async () => {
    const partyId = await registered();
    const request = { partyId, channel: 'email', purpose: 'winback' };
    const allowed = await check(request);
    expect(allowed.body.allowed).toBe(true);
    const { reasons } = allowed.body as PermissionAnswer;
    const consent = reasons.find((reason) => reason.rule === 'consent');
    expect(consent).toMatchObject({ outcome: 'passed', eventIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)] });
    expect((await check({ ...request, purpose: 'news' })).body.allowed).toBe(false);

    await send('agent', 'PUT', `/v1/parties/${partyId}/consents/any/email`, { state: 'denied', source: 'call' });
    const denied = await check(request);
    expect(denied.body.reasons[0]).toMatchObject({ rule: 'consent', outcome: 'denied' });
    const consents = itemsOf<ConsentView>(await send('agent', 'GET', `/v1/parties/${partyId}/consents`));
    const deciding = consents.find((item) => item.purpose === 'any');
    expect(denied.body.reasons[0].eventIds).toEqual([deciding?.eventId]);
  });

  it('are not stated about a channel that nobody asks about', async () => {
    const partyId = await registered();
    const path = (channel: string): string => `/v1/parties/${partyId}/consents/winback/${channel}`;
    const mistyped = await send('agent', 'PUT', path('e-mail'), { state: 'denied', source: 'call' });
    expect(mistyped.status).toBe(400);
    expect(mistyped.body).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/channel' }] });
    expect((await send('agent', 'GET', `/v1/parties/${partyId}/consents`)).body).toMatchObject({
      items: [{ channel: 'email', state: 'granted' }],
      next: null,
    });

    const consents = [{ purpose: 'winback', channel: 'Email', state: 'granted' }];
    const body = await send('integration', 'POST', '/v1/parties', { ...minji, consents });
    expect([body.status, body.body.errors[0].pointer]).toEqual([400, '/consents/0/channel']);
    const batch = await send('integration', 'POST', '/v1/parties/batch', { items: [{ ...minji, consents }] });
    expect(batch.body.outcomes).toMatchObject([{ status: 'rejected' }]);

    const rules = {
      default: 'granted',
      caps: [{ channel: 'mail', max: 1, windowDays: 7 }],
      quietHours: [{ channel: 'phone', from: '21:00', to: '08:00' }],
    };
    const policy = await send('admin', 'PUT', '/v1/contact-policies/mistyped', rules);
    expect(policy.status).toBe(400);
    const pointers = (policy.body.errors as readonly { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/caps/0/channel', '/quietHours/0/channel']);
  });

  it('grants one of fifty parallel reservations for one free slot, and the same key again without a second slot', async () => {
    await send('admin', 'PUT', '/v1/contact-policies/fifty', {
      default: 'granted',
      caps: [{ channel: 'any', max: 1, windowDays: 7 }],
    });
    const partyId = await registered();
    const item = (n: number): object => ({
      partyId,
      channel: 'email',
      purpose: 'fifty',
      reservationKey: `key-${String(n)}`,
    });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => reserve(item(n))));
    const granted = answers.filter(({ body }) => body.outcomes[0].outcome === 'granted');
    expect(granted).toHaveLength(1);
    expect(granted[0]?.body.outcomes[0]).toMatchObject({
      contactPoint: { kind: 'email', value: 'Minji@Example.com' },
      startBy: expect.any(String),
    });
    const key = granted[0]?.body.outcomes[0].reservationKey;
    expect((await reserve({ ...item(0), reservationKey: key })).body.outcomes[0].outcome).toBe('granted');
    expect((await reserve({ ...item(0), reservationKey: 'another' })).body.outcomes[0]).toMatchObject({
      outcome: 'denied',
      reasons: [{ rule: 'frequency-cap', outcome: 'denied' }, {}, {}, {}, {}, {}, {}],
    });
  });

  it('waits for the end of quiet hours in the time zone of the party', async () => {
    await send('admin', 'PUT', '/v1/contact-policies/quiet', {
      default: 'granted',
      quietHours: [{ channel: 'call', from: '21:00', to: '08:00' }],
    });
    const partyId = await registered();
    const answer = await check({ partyId, channel: 'call', purpose: 'quiet', at: '2026-03-02T14:30:00Z' });
    expect(answer.body).toMatchObject({
      allowed: false,
      retryAt: '2026-03-02T23:00:00.000Z',
      reasons: [{ rule: 'quiet-hours', outcome: 'not-now' }, {}, {}, {}, {}, {}, {}],
    });
    expect(
      (await check({ partyId, channel: 'email', purpose: 'quiet', at: '2026-03-02T14:30:00Z' })).body.allowed,
    ).toBe(true);
    expect((await check({ partyId, channel: 'messenger', purpose: 'quiet' })).body.reasons[0]).toMatchObject({
      rule: 'unreachable',
      outcome: 'denied',
    });
  });

  it('keeps versions of a policy', async () => {
    const policy = { default: 'granted', caps: [], quietHours: [] };
    const first = await send('admin', 'PUT', '/v1/contact-policies/versions', policy);
    const same = await send('admin', 'PUT', '/v1/contact-policies/versions', policy);
    expect([first.body.version, same.body.version]).toEqual([1, 1]);
    await send('admin', 'PUT', '/v1/contact-policies/versions', { ...policy, default: 'denied' });
    const read = await send('admin', 'GET', '/v1/contact-policies/versions');
    expect(read.body).toMatchObject({ policyVersion: 2, version: 2, default: 'denied' });
    const current = { 'if-match': read.headers.get('etag') ?? '' };
    const replace = (): Promise<TestAnswer> => send('admin', 'PUT', '/v1/contact-policies/versions', policy, current);
    const replaced = await replace();
    expect([current['if-match'], replaced.status, replaced.headers.get('etag')]).toEqual(['"2"', 200, '"3"']);
    expect((await replace()).status).toBe(412);
    expect((await send('marketer', 'PUT', '/v1/contact-policies/versions', policy)).status).toBe(403);
  });
});

describe('the interface', () => {
  it('is described', async () => {
    const { status, body } = await send('agent', 'GET', '/openapi/customer-information.json');
    expect(status).toBe(200);
    expect(Object.keys(body.paths as object)).toEqual(
      expect.arrayContaining([
        '/v1/parties',
        '/v1/parties/{id}/consents/{purpose}/{channel}',
        '/v1/contact-permissions/reserve/batch',
        '/v1/contact-policies/{purpose}',
        '/v1/erasures/{id}',
      ]),
    );
  });
});

describe('the samples', () => {
  it.each([
    ['parties.ndjson', 'application/x-ndjson', 4],
    ['parties.csv', 'text/csv', 3],
  ])('%s can be imported', async (file, type, count) => {
    const content = readFileSync(new URL(`../../../samples/${file}`, import.meta.url), 'utf8');
    const imported = await send('integration', 'POST', '/v1/parties/import', content, { 'content-type': type });
    expect(imported.body).toMatchObject({ read: count, accepted: count });
  });
});

describe('the erasure of a party', () => {
  it('leaves nothing that opens, refuses everything new, and has a receipt', async () => {
    const id = await registered({ ...minji, partyRef: 'shop:erase', name: { full: 'Erased Person' } });
    await services.settled();
    const erased = await send('admin', 'POST', `/v1/parties/${id}/erase`);
    expect(erased.status).toBe(202);
    const location = erased.headers.get('location') ?? '';
    await until(async () => (await send('admin', 'GET', location)).body.status === 'done');
    await services.settled();
    const receipt = (await send('admin', 'GET', location)).body as ErasureReceipt;
    expect(receipt).toMatchObject({ status: 'done', progress: { done: 5, total: 5 } });
    const own = receipt.services.find((report) => report.service === 'customer-information');
    expect(own?.destroyed.keys).toBe(1);
    expect(own?.destroyed.rows).toBeGreaterThan(5);
    expect((await send('agent', 'GET', `/v1/parties/${id}`)).status).toBe(410);
    expect(
      (await send('integration', 'POST', '/v1/parties', { ...minji, partyRef: 'shop:erase', locale: 'ko' })).status,
    ).toBe(410);
    expect((await send('agent', 'PATCH', `/v1/parties/${id}`, { locale: 'ko' })).status).toBe(410);
    expect(
      (await send('agent', 'PUT', `/v1/parties/${id}/consents/any/any`, { state: 'granted', source: 'call' })).status,
    ).toBe(410);
    expect((await send('agent', 'GET', '/v1/parties?name=erased')).body.items).toEqual([]);
    const denied = await check({ partyId: id, channel: 'recorder', purpose: 'winback' });
    expect(denied.body.reasons[0]).toMatchObject({ rule: 'erased', outcome: 'denied', eventIds: [expect.any(String)] });
    const reserved = await reserve({ partyId: id, channel: 'recorder', purpose: 'winback', reservationKey: 'x' });
    expect(reserved.body.outcomes[0].outcome).toBe('denied');
    expect((await send('admin', 'POST', `/v1/parties/${id}/erase`)).headers.get('location')).toBe(location);
    const timeline = itemsOf<TimelineEntry>(await send('admin', 'GET', `/v1/parties/${id}/timeline`));
    expect(timeline.map(({ kind }) => kind)).toContain('party-erased');
  });

  it('works for a party that is known by its id alone', async () => {
    const id = '0b0e7c4e-1111-4222-8333-444455556666';
    const { headers } = await send('admin', 'POST', `/v1/parties/${id}/erase`);
    await until(async () => (await send('admin', 'GET', headers.get('location') ?? '')).body.status === 'done');
    expect((await send('integration', 'POST', '/v1/parties', { ...minji, partyId: id })).status).toBe(410);
  });
});

import { newId } from '@crm/event-sourcing';
import { startTestServices, type TestAnswer, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { definitions } from '../src/embedded/embedded-stack.js';

const total = { amountMinor: 2_933, currency: 'USD' };
const order = { orderRef: 'refused-1', partyRef: 'test:1', orderedAt: '2026-01-05T10:00:00Z', total };

describe('what the services refuse and accept', () => {
  let services: TestServices;
  beforeAll(async () => {
    services = await startTestServices(definitions);
  });
  afterAll(() => services.stop());

  const orders = async (): Promise<unknown[]> => {
    await services.settled();
    return (await services.send('admin', 'GET', '/v1/orders?limit=200')).body.items as unknown[];
  };
  const problemOf = ({ status, body }: TestAnswer): unknown[] => [status, body.code];
  const json = { 'content-type': 'application/json' };

  describe('a request that is not well formed', () => {
    it.each<[string, string | object, number, string, string | undefined]>([
      ['malformed JSON', '{"orderRef": ', 400, 'malformed-json', undefined],
      ['an unknown field', { ...order, colour: 'red' }, 400, 'validation-failed', '/colour'],
      [
        'a wrong type',
        { ...order, total: { amountMinor: 'much', currency: 'USD' } },
        400,
        'validation-failed',
        '/total/amountMinor',
      ],
      [
        'an unknown currency',
        { ...order, total: { amountMinor: 1, currency: 'XXZ' } },
        400,
        'validation-failed',
        '/total/currency',
      ],
      ['a date in the future', { ...order, orderedAt: '2999-01-01T00:00:00Z' }, 400, 'validation-failed', '/orderedAt'],
      [
        'nobody whom it concerns',
        { orderRef: 'x', orderedAt: order.orderedAt, total },
        400,
        'validation-failed',
        '/partyId',
      ],
    ])('is refused for %s, and names the field', async (_, body, status, code, pointer) => {
      const answer = await services.send('integration', 'POST', '/v1/orders', body, json);
      expect(problemOf(answer)).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const errors = (answer.body.errors ?? []) as { pointer: string }[];
      if (pointer !== undefined) expect(errors.map((error) => error.pointer)).toContain(pointer);
      expect(await orders()).toEqual([]);
    });

    it('is refused for a body over the limit', async () => {
      const body = { ...order, orderRef: 'x'.repeat(1_100_000) };
      expect(problemOf(await services.send('integration', 'POST', '/v1/orders', body))).toEqual([
        413,
        'body-too-large',
      ]);
    });
  });

  describe('a client', () => {
    const ask = (headers: Record<string, string>): Promise<Response> => fetch(`${services.url}/v1/orders`, { headers });

    it('is refused without a token', async () => {
      const answer = await ask({});
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'token-missing']);
    });

    it('is refused with a token that somebody else has signed', async () => {
      const { privateKey } = await generateKeyPair('ES256');
      const token = await new SignJWT({ roles: ['admin'] })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer('urn:crm:dev-issuer')
        .setSubject('stranger')
        .setAudience('crm')
        .setExpirationTime('1h')
        .sign(privateKey);
      const answer = await ask({ authorization: `Bearer ${token}` });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'token-invalid']);
    });

    it('is refused with a token that has expired', async () => {
      const answer = await ask({ authorization: `Bearer ${await services.token('admin', 'late', -60)}` });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'token-expired']);
    });

    it('is refused in a role without the scope', async () => {
      expect(problemOf(await services.send('data', 'POST', '/v1/orders', order))).toEqual([403, 'scope-missing']);
    });
  });

  describe('an import with broken lines among good ones', () => {
    it('keeps the good ones, says which were broken, and counts what comes again', async () => {
      const line = (number: number): string => JSON.stringify({ ...order, orderRef: `line-${String(number)}` });
      const lines = [line(1), '{"orderRef":', line(2), JSON.stringify({ ...order, orderRef: 7 }), line(3), line(1)];
      const headers = { 'content-type': 'application/x-ndjson' };
      const first = await services.send('integration', 'POST', '/v1/orders/import', lines.join('\n'), headers);
      expect(first.body).toMatchObject({ read: 6, accepted: 3, duplicates: 1, conflicts: 0, rejected: 2 });
      expect((first.body.rejects as { line: number }[]).map((reject) => reject.line)).toEqual([2, 4]);
      const again = await services.send('integration', 'POST', '/v1/orders/import', lines.join('\n'), headers);
      expect(again.body).toMatchObject({ read: 6, accepted: 0, duplicates: 4, rejected: 2 });
      expect(await orders()).toHaveLength(3);
    });

    it('reports other content under a known key as a conflict', async () => {
      const other = { ...order, orderRef: 'line-1', total: { amountMinor: 1, currency: 'USD' } };
      const answer = await services.send('integration', 'POST', '/v1/orders', other);
      expect(problemOf(answer)).toEqual([409, 'natural-key-conflict']);
    });
  });

  describe('a command on something that changed', () => {
    it('is refused with a stale version, and with a known key and another body', async () => {
      const name = { full: 'Before' };
      const key = { 'idempotency-key': newId() };
      const made = await services.send('agent', 'POST', '/v1/parties', { kind: 'person', name }, key);
      const path = `/v1/parties/${String(made.body.id)}`;
      expect(
        (await services.send('agent', 'PATCH', path, { name: { full: 'After' } }, { 'if-match': '"1"' })).status,
      ).toBe(200);
      const stale = await services.send('agent', 'PATCH', path, { name: { full: 'Late' } }, { 'if-match': '"1"' });
      expect(problemOf(stale)).toEqual([412, 'version-stale']);
      const reused = await services.send(
        'agent',
        'POST',
        '/v1/parties',
        { kind: 'person', name: { full: 'Other' } },
        key,
      );
      expect(problemOf(reused)).toEqual([422, 'idempotency-key-reused']);
      expect((await services.send('agent', 'GET', path)).body.name).toEqual({ full: 'After' });
    });

    it('is refused when the stage cannot be reached from here, and names those that can', async () => {
      const opened = await services.send('sales', 'POST', '/v1/opportunities', { partyRef: 'test:1', name: 'Deal' });
      const answer = await services.send('sales', 'POST', `/v1/opportunities/${String(opened.body.id)}/stage`, {
        stage: 'won',
      });
      expect(answer.status).toBe(409);
      expect(JSON.stringify(answer.body)).toContain('needs-analysis');
    });
  });

  describe('what the world is like', () => {
    it.each([
      ['Hangul', { kind: 'person', name: { full: '김수한무 거북이와 두루미' } }],
      ['emoji', { kind: 'person', name: { full: 'Zoë 👩‍👩‍👧‍👦 Ångström' } }],
      ['right-to-left text', { kind: 'person', name: { full: 'محمد بن عبد الله' } }],
      ['an organisation without a contact point', { kind: 'organization', name: { legal: '주식회사 두루미' } }],
      ['a birthday on 29 February', { kind: 'person', name: { full: 'Leap' }, birthDate: '1996-02-29' }],
    ])('comes back unchanged: %s', async (_, party) => {
      const made = await services.send('agent', 'POST', '/v1/parties', party);
      expect(made.status).toBe(201);
      const read = await services.send('agent', 'GET', `/v1/parties/${String(made.body.id)}`, undefined, {
        'read-after': String(made.body.readAfter),
      });
      expect(read.body).toMatchObject(party);
    });

    it.each(['JPY', 'KRW'])('comes back unchanged: an amount in %s, which has no minor unit', async (currency) => {
      const answer = await services.send('sales', 'POST', '/v1/opportunities', {
        partyRef: 'test:2',
        name: 'Deal',
        amount: { amountMinor: 1_000_000, currency },
      });
      expect(answer.status).toBe(201);
      const read = await services.send('sales', 'GET', `/v1/opportunities/${String(answer.body.id)}`, undefined, {
        'read-after': String(answer.body.readAfter),
      });
      expect(read.body.amount).toEqual({ amountMinor: 1_000_000, currency });
    });
  });
});

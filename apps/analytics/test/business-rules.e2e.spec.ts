import { startTestServices, type TestAnswer, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { analyticsService } from '../src/analytics-service.js';

const PATH = '/v1/business-rules';
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
const terms = { marginRate: 0.3, costPerOccasion: usd(50), costPerContact: usd(120), costPerCase: usd(900) };

let services: TestServices;
const get = (query = ''): Promise<TestAnswer> => services.send('analyst', 'GET', `${PATH}${query}`);
const put = (body: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer> =>
  services.send('analyst', 'PUT', PATH, body, headers);

describe('business rules', () => {
  beforeAll(async () => {
    services = await startTestServices([analyticsService]);
  });
  afterAll(() => services.stop());

  it('are the defaults until somebody sets them', async () => {
    const { body, headers } = await get();
    expect(body).toMatchObject({ version: 0, marginRate: 1, costPerContact: { amountMinor: 0 }, effectiveFrom: null });
    expect(headers.get('etag')).toBe('"0"');
  });

  it('get a new version each time they change, and keep the old ones', async () => {
    const first = await put({ ...terms, note: 'budget of 2026' }, { 'if-match': '"0"' });
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    expect(first.headers.get('etag')).toBe('"1"');
    expect((await put(terms, { 'if-match': '"0"' })).status).toBe(412);
    expect((await put({ ...terms, note: 'budget of 2026' })).body.version).toBe(1);
    expect((await put({ ...terms, marginRate: 0.4 })).body.version).toBe(2);
    expect((await get()).body).toMatchObject({ version: 2, marginRate: 0.4 });
    expect((await get('?version=1')).body).toMatchObject({ version: 1, ...terms, note: 'budget of 2026' });
    const { items } = (await get('/versions')).body as { readonly items: readonly { readonly version: number }[] };
    expect(items.map(({ version }) => version)).toEqual([2, 1, 0]);
  });

  it('hold from their day on, and not before', async () => {
    await put({ ...terms, marginRate: 0.9, effectiveFrom: '2999-01-01T00:00:00+01:00' });
    const { body, headers } = await get();
    expect(body.version).toBe(2);
    expect(headers.get('etag')).toBe('"3"');
    expect((await get('?version=3')).body.effectiveFrom).toBe('2998-12-31T23:00:00.000Z');
  });

  it('are refused when they cannot be, and of a version that does not exist', async () => {
    expect((await put({ ...terms, marginRate: 1.5 })).body.errors).toMatchObject([{ pointer: '/marginRate' }]);
    expect((await put({ ...terms, costPerCase: usd(-1) })).body).toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer: '/costPerCase/amountMinor', code: 'too-small' }],
    });
    expect((await put({ marginRate: 1 })).status).toBe(400);
    expect((await get('?version=9')).status).toBe(404);
    expect((await get('?version=first')).body.errors).toMatchObject([{ pointer: '/version' }]);
  });

  it('are set by analysts, and not by marketers', async () => {
    expect((await services.send('marketer', 'PUT', PATH, terms)).status).toBe(403);
    expect((await services.send('marketer', 'GET', PATH)).status).toBe(403);
  });
});

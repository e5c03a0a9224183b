import type { ServiceContext } from '@crm/platform';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { caseAggregate } from '../src/case/case.js';
import { closeResolvedCase } from '../src/jobs/close-resolved-case.js';
import { serviceService } from '../src/service-service.js';

let services: TestServices;
beforeAll(async () => {
  services = await startTestServices([serviceService]);
});
afterAll(() => services.stop());

const send = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  services.send('agent', method, `/v1/cases${path}`, body, headers);
const aCase = (more: object = {}): object => ({
  partyRef: 'shop:7',
  kind: 'trouble',
  subject: 'Line of Mrs Roe is dead',
  priority: 'urgent',
  channel: 'call',
  ...more,
});
async function open(more: object = {}): Promise<string> {
  const { status, body } = await send('POST', '', aCase(more));
  expect(status).toBe(201);
  return `/${body.id as string}`;
}

describe('a case', () => {
  it('is due as its priority says, and what is written in it is sealed', async () => {
    const { body } = await send(
      'POST',
      '',
      aCase({ occurredAt: '2026-03-02T09:00:00+09:00', description: 'She called twice' }),
    );
    const found = await send('GET', `/${body.id as string}`, undefined, { 'read-after': body.readAfter as string });
    expect(found.body).toMatchObject({
      status: 'acknowledged',
      subject: 'Line of Mrs Roe is dead',
      description: 'She called twice',
      openedAt: '2026-03-02T00:00:00.000Z',
      respondBy: '2026-03-02T01:00:00.000Z',
      dueAt: '2026-03-02T04:00:00.000Z',
      slaVersion: 1,
    });
    const { rows } = await services
      .service('service')
      .context.pool.query(
        `SELECT 1 FROM es.event WHERE data::text LIKE '%Roe%' UNION ALL SELECT 1 FROM rm.service_case WHERE subject LIKE '%Roe%'`,
      );
    expect(rows).toEqual([]);
  });

  it('goes its way, and nowhere else', async () => {
    const path = await open();
    const early = await send('POST', `${path}/resolve`, {});
    expect([early.status, early.body.code, early.body.allowed]).toEqual([
      409,
      'transition-not-allowed',
      ['in-progress', 'cancelled', 'rejected'],
    ]);
    for (const [action, body] of [
      ['assign', {}],
      ['progress', undefined],
      ['hold', { waitingFor: 'customer', reason: 'asked for the number' }],
      ['progress', undefined],
      ['resolve', { resolution: 'New cable' }],
      ['reopen', { reason: 'dead again' }],
      ['resolve', {}],
      ['close', undefined],
    ] as const)
      expect([action, (await send('POST', `${path}/${action}`, body)).status]).toEqual([action, 200]);
    await services.settled();
    const found = await send('GET', path);
    expect(found.body).toMatchObject({ status: 'closed', assignee: 'user:test-agent', resolvedAt: expect.any(String) });
    expect((await send('POST', `${path}/cancel`)).status).toBe(409);
    const list = await send('GET', '?filter=status[eq]:closed,assignee[eq]:user:test-agent');
    expect(list.status).toBe(200);
  });

  it('is changed with the version that was read', async () => {
    const path = await open();
    await send('POST', `${path}/assign`, {});
    await send('POST', `${path}/progress`);
    await services.settled();
    const read = await send('GET', path);
    expect([read.body.version, read.headers.get('etag')]).toEqual([3, '"3"']);
    const match = { 'if-match': read.headers.get('etag') ?? '' };
    expect((await send('POST', `${path}/resolve`, {}, match)).status).toBe(200);
    expect((await send('POST', `${path}/reopen`, {}, match)).status).toBe(412);
  });

  it('is cancelled or rejected before work begins', async () => {
    expect((await send('POST', `${await open()}/cancel`, { reason: 'found it herself' })).status).toBe(200);
    expect((await send('POST', `${await open()}/reject`)).status).toBe(200);
    expect((await send('POST', '', aCase({ priority: 'soon' }))).status).toBe(400);
    expect((await send('GET', '/11111111-1111-7111-8111-111111111111')).status).toBe(404);
  });

  it('plans to close by itself when it is resolved', async () => {
    const path = await open();
    await send('POST', `${path}/progress`);
    const { body } = await send('POST', `${path}/resolve`, {});
    const jobId = `close-resolved-case${path.replace('/', '-')}-${String(body.version)}`;
    const planned = await until(() => services.service('service').context.jobs.status(jobId));
    expect(planned.state).toBe('pending');
    expect(Date.parse(planned.dueAt)).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  });

  it('closes by itself when its timer comes, though the time of the process is a little behind', async () => {
    const path = await open();
    await send('POST', `${path}/progress`);
    const { body } = await send('POST', `${path}/resolve`, {});
    const caseId = path.replace('/', '');
    const jobId = `close-resolved-case-${caseId}-${String(body.version)}`;
    const { context } = services.service('service');
    const { dueAt } = await until(() => context.jobs.status(jobId));
    const { state } = await context.store.read(caseAggregate, caseId);
    if (state.status !== 'resolved') throw new Error(`the case is ${state.status}`);
    const behind = Object.create(context, { clock: { value: () => Date.parse(dueAt) - 1 } }) as ServiceContext;
    const payload = { caseId, resolvedAt: state.since };
    await closeResolvedCase(behind).handle({ jobId, payload } as never);
    expect((await context.store.read(caseAggregate, caseId)).state).toMatchObject({ status: 'closed', since: dueAt });
  });

  it('has tasks beside it', async () => {
    expect((await services.send('agent', 'GET', '/v1/service-tasks')).body).toMatchObject({ items: [], next: null });
    const openApi = await fetch(new URL('/openapi/service.json', services.url));
    expect(openApi.status).toBe(200);
  });
});

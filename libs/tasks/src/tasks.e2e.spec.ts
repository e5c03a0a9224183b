import type { PublicEvent } from '@crm/contracts';
import { deriveId, newId, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import {
  Batches,
  CommandHeaders,
  defineService,
  Describe,
  idSchema,
  itemSchema,
  Scope,
  sqlMigration,
  type BatchResult,
  type CommandRequest,
} from '@crm/platform';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import {
  followCampaigns,
  TASK_TABLES,
  taskModule,
  taskPublisher,
  tasksProjection,
  type TaskDepartment,
} from './index.js';

const said: Aggregate<object, DomainEvent> = { category: 'said', initial: {}, evolve: (state) => state };
const asSaid = (event: RecordedEvent): PublicEvent | undefined =>
  event.type.startsWith('crm.') ? ({ type: event.type, data: event.data } as unknown as PublicEvent) : undefined;

/** Decisions of the neighbour that is asked, by reservation key. Granted unless a case says otherwise. */
const decisions = new Map<string, object>();
const PHONE = '+82 10 5550 0199';
const passed = { rule: 'constraint', outcome: 'passed', eventIds: [] };
const granted = {
  outcome: 'granted',
  reasons: [passed],
  contactPoint: { kind: 'phone', value: PHONE },
  startBy: '2026-03-02T01:01:00.000Z',
};
const reasons = [{ rule: 'consent', outcome: 'denied', eventIds: [] }];
const reservations = itemSchema(
  Type.Object({
    partyId: idSchema(),
    channel: Type.String(),
    purpose: Type.String(),
    reservationKey: idSchema(),
    treatmentId: idSchema(),
  }),
);

@Controller('v1/contact-permissions')
class ReservationsController {
  constructor(private readonly batches: Batches) {}

  @Post('reserve/batch')
  @Scope('permissions:reserve')
  @Describe({ summary: 'Reserve', items: reservations.schema, kind: 'batch' })
  reserve(@Body() body: unknown, @CommandHeaders() request: CommandRequest): Promise<BatchResult> {
    return this.batches.run(request, body, {
      items: reservations,
      handle: async (items) =>
        items.map(({ item }) => ({
          status: 'accepted' as const,
          more: { ...(decisions.get(item.reservationKey) ?? granted) },
        })),
    });
  }
}

@Module({ controllers: [ReservationsController] })
class ReservationsModule {}

const neighbour = (name: 'marketing' | 'customer-information', modules: readonly (typeof ReservationsModule)[]) =>
  defineService({ name, modules, migrations: [], publish: asSaid, projections: () => [], reactors: () => [] });
const department = (name: TaskDepartment, path: string, scope: 'tasks' | 'service-tasks') =>
  defineService({
    name,
    modules: [taskModule({ path, read: `${scope}:read`, write: `${scope}:write` })],
    migrations: [sqlMigration(1, 'Tasks', TASK_TABLES)],
    publish: (event) => (event.category === 'task' ? taskPublisher(name)(event as never) : undefined),
    projections: () => [tasksProjection(name)],
    reactors: (context) => [followCampaigns(context)],
  });

let services: TestServices;
beforeAll(async () => {
  services = await startTestServices([
    neighbour('marketing', []),
    neighbour('customer-information', [ReservationsModule]),
    department('sales', 'tasks', 'tasks'),
    department('service', 'service-tasks', 'service-tasks'),
  ]);
});
afterAll(() => services.stop());

async function say(name: 'marketing' | 'customer-information', type: string, data: object, key: string): Promise<void> {
  await services.service(name).context.store.transact(said, newId(), () => [{ type, data }], { key });
}

interface Treatment {
  readonly treatmentId: string;
  readonly campaignId: string;
  readonly partyId: string;
  readonly taskId: string;
}

async function treat(more: object = {}, known: Partial<Treatment> = {}): Promise<Treatment> {
  const ids = { treatmentId: newId(), campaignId: newId(), waveId: newId(), partyId: newId(), ...known };
  const data = {
    ...ids,
    arm: 'call',
    channel: 'call',
    purpose: 'marketing',
    offerCode: 'SPRING',
    at: '2026-03-02T00:00:00.000Z',
    ...more,
  };
  await say('marketing', 'crm.marketing.treatment-assigned.v1', data, ids.partyId);
  await services.settled();
  return { ...ids, taskId: deriveId('task', ids.treatmentId) };
}

const start = async (taskId: string, who = 'kim', key?: string) =>
  send('POST', `/v1/tasks/${taskId}/start`, undefined, who, key);
const report = async (taskId: string, body: object, who = 'kim') =>
  send('POST', `/v1/tasks/${taskId}/outcomes`, body, who);

async function send(method: string, path: string, body?: object, who = 'kim', key?: string) {
  const authorization = `Bearer ${await services.token('sales', who)}`;
  const headers = key === undefined ? { authorization } : { authorization, 'idempotency-key': key };
  return services.send('sales', method, path, body, headers);
}

async function taskOf(taskId: string, path = '/v1/tasks'): Promise<Record<string, unknown> | undefined> {
  await services.settled();
  const { body } = await services.send('admin', 'GET', `${path}?filter=taskId[eq]:${taskId}`);
  return body.items[0] as Record<string, unknown> | undefined;
}

async function publishedBy(name: TaskDepartment, partyId: string): Promise<readonly string[]> {
  const { log } = services.service(name).context.store;
  const events = await log.readLanes(
    Array.from({ length: log.lanes }, () => 0n),
    1000,
  );
  return events
    .filter((event) => event.key === partyId)
    .flatMap((event) => taskPublisher(name)(event as never)?.type ?? []);
}

describe('a task', () => {
  it('is made for the department that the campaign names, by call for sales', async () => {
    const call = await treat();
    const forService = await treat({ assignTo: 'service' });
    const byMail = await treat({ channel: 'email' });
    expect(await taskOf(call.taskId)).toMatchObject({ status: 'open', tries: 0, treatmentId: call.treatmentId });
    expect(await taskOf(forService.taskId)).toBeUndefined();
    expect(await taskOf(forService.taskId, '/v1/service-tasks')).toMatchObject({ status: 'open' });
    expect(await taskOf(byMail.taskId)).toBeUndefined();
    expect(await publishedBy('sales', call.partyId)).toEqual(['crm.sales.task-assigned.v1']);
    expect(await publishedBy('service', forService.partyId)).toEqual(['crm.service.task-assigned.v1']);
  });

  it('shows the contact point to the person who claims it, and keeps it nowhere', async () => {
    const { taskId } = await treat();
    const started = await start(taskId);
    expect(started.body).toMatchObject({
      id: taskId,
      contactPoint: { kind: 'phone', value: PHONE },
      startBy: granted.startBy,
    });
    expect((await start(taskId)).status).toBe(200);
    const other = await start(taskId, 'lee');
    expect([other.status, other.body.code, other.body.contactPoint]).toEqual([409, 'task-claimed', undefined]);
    const { pool } = services.service('sales').context;
    for (const [table, row] of [
      ['es.event', 'data'],
      ['es.command_log', 'result'],
      ['rm.task', 'task'],
    ] as const) {
      const { rows } = await pool.query(
        `SELECT 1 FROM ${table} t WHERE ${row === 'task' ? 't' : row}::text LIKE '%5550%'`,
      );
      expect(rows).toEqual([]);
    }
  });

  it('is reached: the presentation, and what the customer said', async () => {
    const { taskId, partyId } = await treat();
    await start(taskId);
    expect((await report(taskId, { outcome: 'no-answer', response: { kind: 'visit' } })).body.code).toBe(
      'response-without-contact',
    );
    expect(
      (await report(taskId, { outcome: 'reached', response: { kind: 'interested', note: 'Ask Mrs Roe in May' } }))
        .status,
    ).toBe(200);
    expect(await taskOf(taskId)).toMatchObject({
      status: 'done',
      outcome: 'reached',
      startedBy: 'user:kim',
      response: { kind: 'interested', note: 'Ask Mrs Roe in May' },
    });
    const types = await publishedBy('sales', partyId);
    expect(types).toEqual([
      'crm.sales.task-assigned.v1',
      'crm.sales.task-reached.v1',
      'crm.sales.response-received.v1',
    ]);
    const { rows } = await services
      .service('sales')
      .context.pool.query(`SELECT 1 FROM es.event WHERE data::text LIKE '%Roe%'`);
    expect(rows).toEqual([]);
  });

  it('ends where the contact is denied, and waits where it is not now', async () => {
    const denied = await treat();
    decisions.set(denied.treatmentId, { outcome: 'denied', reasons: [...reasons, passed] });
    const no = await start(denied.taskId);
    expect([no.status, no.body.code, no.body.reasons]).toEqual([409, 'contact-denied', reasons]);
    expect(await publishedBy('sales', denied.partyId)).toEqual([
      'crm.sales.task-assigned.v1',
      'crm.sales.task-denied.v1',
    ]);

    const later = await treat();
    decisions.set(later.treatmentId, { outcome: 'not-now', retryAt: '2026-03-02T09:00:00.000Z', reasons });
    const wait = await start(later.taskId);
    expect([wait.status, wait.body.code, wait.body.retryAt]).toEqual([
      409,
      'contact-not-now',
      '2026-03-02T09:00:00.000Z',
    ]);
    expect(await taskOf(later.taskId)).toMatchObject({ status: 'open', notBefore: '2026-03-02T09:00:00.000Z' });

    const unknown = await treat();
    decisions.set(unknown.treatmentId, {
      outcome: 'not-now',
      retryAt: '2026-03-02T09:00:00.000Z',
      reasons: [{ rule: 'incomplete', outcome: 'not-now', eventIds: [] }],
    });
    const incomplete = await start(unknown.taskId);
    expect([incomplete.status, incomplete.body.code]).toEqual([503, 'permission-unavailable']);
    decisions.delete(unknown.treatmentId);
    expect((await start(unknown.taskId)).status).toBe(200);
  });

  it('is a contact too when the customer refuses', async () => {
    const { taskId, partyId } = await treat();
    await start(taskId);
    expect((await report(taskId, { outcome: 'refused' })).status).toBe(200);
    expect((await report(taskId, { outcome: 'refused' })).status).toBe(200);
    expect(await taskOf(taskId)).toMatchObject({
      status: 'done',
      outcome: 'reached',
      response: { kind: 'declined' },
    });
    expect(await publishedBy('sales', partyId)).toEqual([
      'crm.sales.task-assigned.v1',
      'crm.sales.task-reached.v1',
      'crm.sales.response-received.v1',
    ]);
  });

  it('stays with the person who was shown the contact point, whatever is decided later', async () => {
    const { taskId, treatmentId, partyId } = await treat();
    await start(taskId);
    decisions.set(treatmentId, { outcome: 'not-now', retryAt: '2026-03-02T09:00:00.000Z', reasons });
    const later = await start(taskId);
    expect([later.body.code, later.body.contactPoint]).toEqual(['contact-not-now', undefined]);
    decisions.set(treatmentId, { outcome: 'denied', reasons });
    const no = await start(taskId);
    expect([no.body.code, no.body.contactPoint]).toEqual(['contact-denied', undefined]);
    expect(await taskOf(taskId)).toMatchObject({ status: 'started', startedBy: 'user:kim' });
    expect((await report(taskId, { outcome: 'reached' })).status).toBe(200);
    expect(await publishedBy('sales', partyId)).toEqual(['crm.sales.task-assigned.v1', 'crm.sales.task-reached.v1']);
  });

  it('that nothing was shown of yet waits through a pause and ends with its campaign', async () => {
    const { taskId, treatmentId, campaignId, partyId } = await treat();
    const campaign = async (what: string): Promise<void> => {
      await say('marketing', `crm.marketing.campaign-${what}.v1`, { campaignId, at: granted.startBy }, campaignId);
      await services.settled();
    };
    decisions.set(treatmentId, {
      outcome: 'denied',
      reasons: [{ rule: 'incomplete', outcome: 'denied', eventIds: [] }],
    });
    const key = newId();
    expect((await start(taskId, 'kim', key)).body.code).toBe('permission-unavailable');
    decisions.delete(treatmentId);
    await campaign('paused');
    expect((await start(taskId, 'kim', key)).body.code).toBe('campaign-paused');
    expect((await start(taskId)).body.code).toBe('campaign-paused');
    await campaign('closed');
    const ended = await start(taskId, 'kim', key);
    expect([ended.status, ended.body.code, ended.body.contactPoint]).toEqual([409, 'task-closed', undefined]);
    expect(await taskOf(taskId)).toMatchObject({ status: 'done', outcome: 'campaign-closed' });
    expect(await publishedBy('sales', partyId)).toEqual(['crm.sales.task-assigned.v1', 'crm.sales.task-given-up.v1']);
  });

  it('is tried three times', async () => {
    const { taskId, partyId } = await treat();
    for (const who of ['kim', 'lee', 'kim']) {
      expect((await start(taskId, who)).status).toBe(200);
      expect((await report(taskId, { outcome: 'no-answer' }, who)).status).toBe(200);
    }
    expect(await taskOf(taskId)).toMatchObject({ status: 'done', outcome: 'no-answer' });
    expect((await start(taskId)).body.code).toBe('task-closed');
    expect(await publishedBy('sales', partyId)).toEqual(['crm.sales.task-assigned.v1', 'crm.sales.task-given-up.v1']);
  });

  it('follows its campaign: not while it is paused, cancelled when it closes', async () => {
    const campaignId = newId();
    const [open, late] = [await treat({}, { campaignId }), { treatmentId: newId(), campaignId, partyId: newId() }];
    await say(
      'marketing',
      'crm.marketing.campaign-paused.v1',
      { campaignId, at: '2026-03-02T00:00:00.000Z' },
      campaignId,
    );
    await services.settled();
    expect((await start(open.taskId)).body.code).toBe('campaign-paused');
    await say(
      'marketing',
      'crm.marketing.campaign-resumed.v1',
      { campaignId, at: '2026-03-02T00:00:00.000Z' },
      campaignId,
    );
    await services.settled();
    const started = await treat({}, { campaignId });
    expect((await start(started.taskId)).status).toBe(200);
    await say(
      'marketing',
      'crm.marketing.campaign-closed.v1',
      { campaignId, at: '2026-03-02T00:00:00.000Z' },
      campaignId,
    );
    const { taskId } = await treat({}, late);
    expect(await taskOf(open.taskId)).toMatchObject({ status: 'cancelled', outcome: 'campaign-closed' });
    expect(await taskOf(taskId)).toMatchObject({ status: 'cancelled' });
    await report(started.taskId, { outcome: 'no-answer' });
    expect(await taskOf(started.taskId)).toMatchObject({ status: 'done', outcome: 'campaign-closed' });
  });

  it('drops out with its party', async () => {
    const { taskId, partyId } = await treat();
    expect(await taskOf(taskId)).toBeDefined();
    await say(
      'customer-information',
      'crm.customer-information.party-erased.v1',
      { erasureId: newId(), partyId, linkedIds: [] },
      partyId,
    );
    expect(await taskOf(taskId)).toBeUndefined();
    expect((await start(taskId)).status).toBe(410);
  });
});

import type { PartyErasedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import { PARTY_ERASED, type FeedEvent, type Projection, type Tx } from '@crm/messaging';
import type { TaskDepartment } from './task-department.js';
import type { TaskAssigned, TaskEvent } from './task.events.js';

type PartyErased = DomainEvent<'crm.customer-information.party-erased.v1', PartyErasedV1Data>;
type Followed = Exclude<TaskEvent, { type: 'TaskPermitted' | 'TaskWithdrawn' }> | PartyErased;
type Change = Exclude<Followed, TaskAssigned | PartyErased>;

const INSERT_TASKS = `INSERT INTO task (task_id, treatment_id, campaign_id, wave_id, party_id, arm, channel, purpose, offer_code,
    assigned_at, due_at, status, tries, erased)
  SELECT t.*, 'open', 0, EXISTS (SELECT FROM task_erased_party e WHERE e.party_id = t.party_id)
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[], $11::timestamptz[])
    AS t(task_id, treatment_id, campaign_id, wave_id, party_id, arm, channel, purpose, offer_code, assigned_at, due_at)
  ON CONFLICT (task_id) DO NOTHING`;
const ERASE_PARTIES = 'INSERT INTO task_erased_party SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING';
const ERASE_TASKS = 'UPDATE task SET erased = true WHERE party_id = ANY($1::uuid[])';
const START = `UPDATE task SET status = 'started', started_by = $2, not_before = NULL WHERE task_id = $1`;
const POSTPONE = `UPDATE task SET status = 'open', started_by = NULL, not_before = $2 WHERE task_id = $1`;
const RETURN = `UPDATE task SET status = 'open', started_by = NULL, tries = $2 WHERE task_id = $1`;
const FINISH = `UPDATE task SET status = 'done', outcome = $2 WHERE task_id = $1`;
const CANCEL = `UPDATE task SET status = 'cancelled', outcome = $2 WHERE task_id = $1`;
const RESPOND = 'UPDATE task SET response_kind = $2, response_note = $3 WHERE task_id = $1';

const TYPES = [
  'TaskAssigned',
  'TaskStarted',
  'TaskPostponed',
  'TaskDenied',
  'TaskReached',
  'TaskReturned',
  'TaskGivenUp',
  'TaskCancelled',
  'TaskResponseReceived',
] as const;

/** Whom is somebody of the department to reach, and what came of it? Tasks of erased parties drop out. */
export function tasksProjection(department: TaskDepartment): Projection {
  const projection: Projection<Followed> = {
    name: 'tasks',
    version: 1,
    sources: [
      { service: department, types: TYPES },
      { service: 'customer-information', types: [PARTY_ERASED] },
    ],
    tables: ['task', 'task_erased_party'],
    async apply(tx, events) {
      await erase(tx, events.filter(isErasure));
      await insert(
        tx,
        events.filter((event) => event.type === 'TaskAssigned'),
      );
      for (const event of events)
        if (event.type !== 'TaskAssigned' && event.type !== PARTY_ERASED) await change(tx, event);
    },
  };
  return projection;
}

const isErasure = (event: FeedEvent<Followed>): event is FeedEvent<PartyErased> => event.type === PARTY_ERASED;

async function erase(tx: Tx, events: readonly FeedEvent<PartyErased>[]): Promise<void> {
  if (events.length === 0) return;
  const parties = events.flatMap((event) => [event.data.partyId, ...event.data.linkedIds]);
  await tx.query(ERASE_PARTIES, [parties]);
  await tx.query(ERASE_TASKS, [parties]);
}

async function insert(tx: Tx, events: readonly FeedEvent<TaskAssigned>[]): Promise<void> {
  if (events.length === 0) return;
  const tasks = events.map((event) => event.data);
  await tx.query(INSERT_TASKS, [
    tasks.map((task) => task.taskId),
    tasks.map((task) => task.treatmentId),
    tasks.map((task) => task.campaignId),
    tasks.map((task) => task.waveId),
    tasks.map((task) => task.partyId),
    tasks.map((task) => task.arm),
    tasks.map((task) => task.channel),
    tasks.map((task) => task.purpose),
    tasks.map((task) => task.offerCode),
    tasks.map((task) => task.assignedAt),
    tasks.map((task) => task.dueAt ?? null),
  ]);
}

async function change(tx: Tx, event: FeedEvent<Change>): Promise<void> {
  const { taskId } = event.data;
  switch (event.type) {
    case 'TaskStarted':
      await tx.query(START, [taskId, event.data.by]);
      return;
    case 'TaskPostponed':
      await tx.query(POSTPONE, [taskId, event.data.until]);
      return;
    case 'TaskReturned':
      await tx.query(RETURN, [taskId, event.data.tries]);
      return;
    case 'TaskDenied':
      await tx.query(FINISH, [taskId, 'denied']);
      return;
    case 'TaskReached':
      await tx.query(FINISH, [taskId, 'reached']);
      return;
    case 'TaskGivenUp':
      await tx.query(FINISH, [taskId, event.data.reason]);
      return;
    case 'TaskCancelled':
      await tx.query(CANCEL, [taskId, event.data.reason]);
      return;
    case 'TaskResponseReceived':
      await tx.query(RESPOND, [taskId, event.data.kind, event.data.note ?? null]);
  }
}
